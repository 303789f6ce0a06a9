/** Event files, which <a href="https://www.tensorflow.org/tensorboard">TensorBoard</a> draws curves from. */
package io.github.shufflenet4j.tensorboard;
