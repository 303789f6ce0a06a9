/** Hugging Face's safetensors: reading and writing. */
package io.github.shufflenet4j.weights.safetensors;
