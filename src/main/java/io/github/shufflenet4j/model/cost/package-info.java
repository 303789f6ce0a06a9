/** Parameters, multiply-adds, memory access cost and fragmentation of networks (sections 2 and 3 of the paper). */
package io.github.shufflenet4j.model.cost;
