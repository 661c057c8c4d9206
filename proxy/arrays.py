"""The five kinds of arrays that retrieval, choice and listening work on."""

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
