/** Downloads that resume and are verified, and the cache that keeps them. */
package io.github.shufflenet4j.io.download;
