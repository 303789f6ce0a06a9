/** Why a network chose a class: class activation maps drawn over photos, and how well they point at objects. */
package io.github.shufflenet4j.explain;
