/** PyTorch and PaddlePaddle state dicts: a pickle machine that knows tensors alone, and a writer of {@code .pth}. */
package io.github.shufflenet4j.weights.torch;
