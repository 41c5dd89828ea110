"""A support vector machine whose probabilities count each class alike."""

from sklearn.svm import SVC


class BalancedSVC(SVC):
    """`sklearn.svm.SVC` with class weights that hold for its probabilities as well.

    Platt's calibration is fitted to the training segments as they are, so that it would answer for
    the largest class whatever `class_weight` says.
    """

    def predict_proba(self, X):
        """Return the probability of each class, (n, classes), were all equally frequent."""
        weighted = super().predict_proba(X) * self.class_weight_
        return weighted / weighted.sum(axis=1, keepdims=True)
