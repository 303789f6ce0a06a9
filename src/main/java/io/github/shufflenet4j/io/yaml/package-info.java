/** YAML files with known keys; faults name the key and line. */
package io.github.shufflenet4j.io.yaml;
