/** What a network costs: parameters and multiply-adds, by layer and in total. */
package io.github.shufflenet4j.analysis;
