"""Speed and memory of the reference library beside others that train the same networks.

| command | what it measures |
|---|---|
| `python -m benchmarks.training` | the time of a training step, over PyTorch's; `--gpu`: on a GPU |
| `python -m benchmarks.scaling` | how the time of a sample grows with width, depth and batch |
| `python -m benchmarks.memory` | the memory that a training run needs, and whether it grows |
| `python -m benchmarks.live` | how quickly the pictures of the experiments follow the hand |

Any Python from 3.11 on will do: the first three commands make a virtual environment for the
libraries compared, and run themselves there; the last runs in the project's own. `--help` says what
can be chosen. Tables and pictures go to `benchmarks/results/`.
"""
