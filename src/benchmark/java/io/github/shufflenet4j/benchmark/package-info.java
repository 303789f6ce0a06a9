/** Times this library against its peers: each in a process of its own, in alternating rounds. */
package io.github.shufflenet4j.benchmark;
