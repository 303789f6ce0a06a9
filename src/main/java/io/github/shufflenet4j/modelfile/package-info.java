/** Model files and checkpoints, read without running anything in them; model cards; export to other formats. */
package io.github.shufflenet4j.modelfile;
