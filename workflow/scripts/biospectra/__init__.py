"""biospectra: biosignals to spectrogram and scaleogram images, and images to features."""
