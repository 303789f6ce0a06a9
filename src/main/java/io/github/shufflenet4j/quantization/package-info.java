/** Post-training quantisation to 8-bit integers: calibration, the quantised network, its simulator and ONNX file. */
package io.github.shufflenet4j.quantization;
