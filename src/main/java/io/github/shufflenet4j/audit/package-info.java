/** Looks for faults in labelled images: wrong labels, duplicates, odd and unreadable images. */
package io.github.shufflenet4j.audit;
