/** ONNX graphs of ShuffleNet V2: reading and writing. */
package io.github.shufflenet4j.weights.onnx;
