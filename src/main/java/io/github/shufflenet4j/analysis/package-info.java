/** What a network costs: parameters, multiply-adds, memory access and fragmentation, by layer and in total. */
package io.github.shufflenet4j.analysis;
