"""The command line.

Its matrices are small: one thread each is fastest on a machine that does other work too, where threads
that wait by spinning cost tenfold. Whoever has idle cores sets OPENBLAS_NUM_THREADS.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read once, when numpy is first imported
