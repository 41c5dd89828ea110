"""What the texts cite: libraries, methods, reporting guidelines and databases, as BibTeX."""

BIBTEX = r"""
@inproceedings{abadi2016, author = {Abadi, Martín and others}, title = {TensorFlow: a system for
  large-scale machine learning}, year = {2016}, booktitle = {12th USENIX Symposium on Operating
  Systems Design and Implementation}, pages = {265--283}}
@misc{bradbury2018, author = {Bradbury, James and others}, title = {JAX: composable
  transformations of Python+NumPy programs}, year = {2018}, url =
  {https://github.com/jax-ml/jax}}
@article{bradski2000, author = {Bradski, Gary}, title = {The OpenCV library}, year = {2000},
  journal = {Dr. Dobb's Journal of Software Tools}}
@misc{chollet2015, author = {Chollet, François and others}, title = {Keras}, year = {2015}, url =
  {https://keras.io}}
@book{collette2013, author = {Collette, Andrew}, title = {Python and HDF5}, year = {2013},
  publisher = {O'Reilly}}
@article{gramfort2013, author = {Gramfort, Alexandre and others}, title = {MEG and EEG data
  analysis with MNE-Python}, year = {2013}, journal = {Frontiers in Neuroscience}, volume = {7},
  pages = {267}, doi = {10.3389/fnins.2013.00267}}
@article{harris2020, author = {Harris, Charles R. and others}, title = {Array programming with
  NumPy}, year = {2020}, journal = {Nature}, volume = {585}, pages = {357--362}, doi =
  {10.1038/s41586-020-2649-2}}
@article{hunter2007, author = {Hunter, John D.}, title = {Matplotlib: a 2D graphics environment},
  year = {2007}, journal = {Computing in Science \& Engineering}, volume = {9}, number = {3},
  pages = {90--95}, doi = {10.1109/MCSE.2007.55}}
@inproceedings{lam2015, author = {Lam, Siu Kwan and Pitrou, Antoine and Seibert, Stanley}, title
  = {Numba: a LLVM-based Python JIT compiler}, year = {2015}, booktitle = {Proceedings of the
  Second Workshop on the LLVM Compiler Infrastructure in HPC}, doi = {10.1145/2833157.2833162}}
@article{lee2019, author = {Lee, Gregory R. and others}, title = {PyWavelets: a Python package
  for wavelet analysis}, year = {2019}, journal = {Journal of Open Source Software}, volume =
  {4}, number = {36}, pages = {1237}, doi = {10.21105/joss.01237}}
@article{mcinnes2018, author = {McInnes, Leland and Healy, John and Saul, Nathaniel and
  Großberger, Lukas}, title = {UMAP: uniform manifold approximation and projection}, year =
  {2018}, journal = {Journal of Open Source Software}, volume = {3}, number = {29}, pages =
  {861}, doi = {10.21105/joss.00861}}
@inproceedings{mckinney2010, author = {McKinney, Wes}, title = {Data structures for statistical
  computing in Python}, year = {2010}, booktitle = {Proceedings of the 9th Python in Science
  Conference}, pages = {56--61}, doi = {10.25080/Majora-92bf1922-00a}}
@article{molder2021, author = {Mölder, Felix and others}, title = {Sustainable data analysis with
  Snakemake}, year = {2021}, journal = {F1000Research}, volume = {10}, pages = {33}, doi =
  {10.12688/f1000research.29032.2}}
@inproceedings{paszke2019, author = {Paszke, Adam and others}, title = {PyTorch: an imperative
  style, high-performance deep learning library}, year = {2019}, booktitle = {Advances in Neural
  Information Processing Systems}, volume = {32}, url = {https://arxiv.org/abs/1912.01703}}
@article{pedregosa2011, author = {Pedregosa, Fabian and others}, title = {Scikit-learn: machine
  learning in Python}, year = {2011}, journal = {Journal of Machine Learning Research}, volume =
  {12}, pages = {2825--2830}}
@article{virtanen2020, author = {Virtanen, Pauli and others}, title = {SciPy 1.0: fundamental
  algorithms for scientific computing in Python}, year = {2020}, journal = {Nature Methods},
  volume = {17}, pages = {261--272}, doi = {10.1038/s41592-019-0686-2}}
@misc{xie2023, author = {Xie, Chen and others}, title = {Waveform Database Software Package
  (WFDB) for Python}, year = {2023}, howpublished = {PhysioNet}, url =
  {https://physionet.org/content/wfdb-python/}}
@article{anden2014, author = {Andén, Joakim and Mallat, Stéphane}, title = {Deep scattering
  spectrum}, year = {2014}, journal = {IEEE Transactions on Signal Processing}, volume = {62},
  number = {16}, pages = {4114--4128}, doi = {10.1109/TSP.2014.2326991}}
@inproceedings{bardes2022, author = {Bardes, Adrien and Ponce, Jean and LeCun, Yann}, title =
  {VICReg: variance-invariance-covariance regularization for self-supervised learning}, year =
  {2022}, booktitle = {International Conference on Learning Representations}, url =
  {https://arxiv.org/abs/2105.04906}}
@inproceedings{chen2020, author = {Chen, Ting and Kornblith, Simon and Norouzi, Mohammad and
  Hinton, Geoffrey}, title = {A simple framework for contrastive learning of visual
  representations}, year = {2020}, booktitle = {Proceedings of the 37th International Conference
  on Machine Learning}, pages = {1597--1607}, url = {https://proceedings.mlr.press/v119/chen20j.html}}
@book{davison1997, author = {Davison, Anthony C. and Hinkley, David V.}, title = {Bootstrap
  methods and their application}, year = {1997}, publisher = {Cambridge University Press}, doi =
  {10.1017/CBO9780511802843}}
@inproceedings{dempster2021, author = {Dempster, Angus and Schmidt, Daniel F. and Webb, Geoffrey
  I.}, title = {MiniRocket: a very fast (almost) deterministic transform for time series
  classification}, year = {2021}, booktitle = {Proceedings of the 27th ACM SIGKDD Conference on
  Knowledge Discovery and Data Mining}, pages = {248--257}, doi = {10.1145/3447548.3467231}}
@inproceedings{guo2017, author = {Guo, Chuan and Pleiss, Geoff and Sun, Yu and Weinberger, Kilian
  Q.}, title = {On calibration of modern neural networks}, year = {2017}, booktitle = {Proceedings
  of the 34th International Conference on Machine Learning}, pages = {1321--1330}, url =
  {https://proceedings.mlr.press/v70/guo17a.html}}
@inproceedings{zadrozny2002, author = {Zadrozny, Bianca and Elkan, Charles}, title = {Transforming
  classifier scores into accurate multiclass probability estimates}, year = {2002}, booktitle =
  {Proceedings of the 8th ACM SIGKDD International Conference on Knowledge Discovery and Data
  Mining}, pages = {694--699}, doi = {10.1145/775047.775151}}
@article{hesterberg2015, author = {Hesterberg, Tim C.}, title = {What teachers should know about
  the bootstrap: resampling in the undergraduate statistics curriculum}, year = {2015}, journal =
  {The American Statistician}, volume = {69}, number = {4}, pages = {371--386}, doi =
  {10.1080/00031305.2015.1089789}}
@article{holm1979, author = {Holm, Sture}, title = {A simple sequentially rejective multiple test
  procedure}, year = {1979}, journal = {Scandinavian Journal of Statistics}, volume = {6}, number =
  {2}, pages = {65--70}, url = {https://www.jstor.org/stable/4615733}}
@misc{lee2023, author = {Lee, Yonghoon and Barber, Rina Foygel and Willett, Rebecca}, title =
  {Distribution-free inference with hierarchical data}, year = {2023}, url =
  {https://arxiv.org/abs/2306.06342}}
@inproceedings{kingma2015, author = {Kingma, Diederik P. and Ba, Jimmy}, title = {Adam: a method
  for stochastic optimization}, year = {2015}, booktitle = {International Conference on Learning
  Representations}, url = {https://arxiv.org/abs/1412.6980}}
@article{lubba2019, author = {Lubba, Carl H. and others}, title = {catch22: CAnonical Time-series
  CHaracteristics}, year = {2019}, journal = {Data Mining and Knowledge Discovery}, volume =
  {33}, pages = {1821--1852}, doi = {10.1007/s10618-019-00647-x}}
@misc{oord2018, author = {van den Oord, Aaron and Li, Yazhe and Vinyals, Oriol}, title =
  {Representation learning with contrastive predictive coding}, year = {2018}, url =
  {https://arxiv.org/abs/1807.03748}}
@inproceedings{pascual2019, author = {Pascual, Santiago and Ravanelli, Mirco and Serrà, Joan and
  Bonafonte, Antonio and Bengio, Yoshua}, title = {Learning problem-agnostic speech
  representations from multiple self-supervised tasks}, year = {2019}, booktitle = {Interspeech},
  url = {https://arxiv.org/abs/1904.03416}}
@article{phipson2010, author = {Phipson, Belinda and Smyth, Gordon K.}, title = {Permutation
  p-values should never be zero: calculating exact p-values when permutations are randomly
  drawn}, year = {2010}, journal = {Statistical Applications in Genetics and Molecular Biology},
  volume = {9}, number = {1}, doi = {10.2202/1544-6115.1585}}
@article{collins2024, author = {Collins, Gary S. and others}, title = {TRIPOD+AI statement:
  updated guidance for reporting clinical prediction models that use regression or machine
  learning methods}, year = {2024}, journal = {BMJ}, volume = {385}, pages = {e078378}, doi =
  {10.1136/bmj-2023-078378}}
@article{gebru2021, author = {Gebru, Timnit and others}, title = {Datasheets for datasets}, year
  = {2021}, journal = {Communications of the ACM}, volume = {64}, number = {12}, pages =
  {86--92}, doi = {10.1145/3458723}}
@article{kapoor2023, author = {Kapoor, Sayash and Narayanan, Arvind}, title = {Leakage and the
  reproducibility crisis in machine-learning-based science}, year = {2023}, journal = {Patterns},
  volume = {4}, number = {9}, pages = {100804}, doi = {10.1016/j.patter.2023.100804}}
@article{kapoor2024, author = {Kapoor, Sayash and others}, title = {REFORMS: consensus-based
  recommendations for machine-learning-based science}, year = {2024}, journal = {Science
  Advances}, volume = {10}, number = {18}, pages = {eadk3452}, doi = {10.1126/sciadv.adk3452}}
@article{leo2024, author = {Leo, Simone and others}, title = {Recording provenance of workflow
  runs with RO-Crate}, year = {2024}, journal = {PLOS ONE}, volume = {19}, number = {9}, pages =
  {e0309210}, doi = {10.1371/journal.pone.0309210}}
@inproceedings{mitchell2019, author = {Mitchell, Margaret and others}, title = {Model cards for
  model reporting}, year = {2019}, booktitle = {Proceedings of the Conference on Fairness,
  Accountability, and Transparency}, pages = {220--229}, doi = {10.1145/3287560.3287596}}
@article{goldberger2000, author = {Goldberger, Ary L. and others}, title = {PhysioBank,
  PhysioToolkit, and PhysioNet: components of a new research resource for complex physiologic
  signals}, year = {2000}, journal = {Circulation}, volume = {101}, number = {23}, pages =
  {e215--e220}, doi = {10.1161/01.CIR.101.23.e215}}
@article{moody2001, author = {Moody, George B. and Mark, Roger G.}, title = {The impact of the
  MIT-BIH Arrhythmia Database}, year = {2001}, journal = {IEEE Engineering in Medicine and
  Biology Magazine}, volume = {20}, number = {3}, pages = {45--50}, doi = {10.1109/51.932724}}
@article{baim1986, author = {Baim, Donald S. and others}, title = {Survival of patients with
  severe congestive heart failure treated with oral milrinone}, year = {1986}, journal = {Journal
  of the American College of Cardiology}, volume = {7}, number = {3}, pages = {661--670}, doi =
  {10.1016/S0735-1097(86)80478-8}}
@inproceedings{clifford2017, author = {Clifford, Gari D. and others}, title = {AF classification
  from a short single lead ECG recording: the PhysioNet/Computing in Cardiology Challenge 2017},
  year = {2017}, booktitle = {Computing in Cardiology}, doi = {10.22489/CinC.2017.065-469}}
@article{zyma2019, author = {Zyma, Igor and others}, title = {Electroencephalograms during mental
  arithmetic task performance}, year = {2019}, journal = {Data}, volume = {4}, number = {1},
  pages = {14}, doi = {10.3390/data4010014}}
@article{wagner2020, author = {Wagner, Patrick and others}, title = {PTB-XL, a large publicly
  available electrocardiography dataset}, year = {2020}, journal = {Scientific Data}, volume =
  {7}, pages = {154}, doi = {10.1038/s41597-020-0495-6}}
@article{kemp2000, author = {Kemp, Bob and others}, title = {Analysis of a sleep-dependent
  neuronal feedback loop: the slow-wave microcontinuity of the EEG}, year = {2000}, journal =
  {IEEE Transactions on Biomedical Engineering}, volume = {47}, number = {9}, pages =
  {1185--1194}, doi = {10.1109/10.867928}}
"""
