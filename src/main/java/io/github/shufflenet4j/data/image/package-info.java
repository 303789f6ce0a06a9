/** Images: decoding, resizing, drawing and writing. */
package io.github.shufflenet4j.data.image;
