package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.Team;

/**
 * What a member does of a step.
 *
 * @param schedule how the work is divided
 * @param member   number of the member
 * @param size     number of members
 */
record Share(Schedule schedule, int member, int size) {

    static Share of(Schedule schedule, int member, Team team) {
        return new Share(schedule, member, team.size());
    }

    int firstRow(int rows) {
        return schedule == Schedule.ROWS ? rows * member / size : 0;
    }

    int endRow(int rows) {
        return schedule == Schedule.ROWS ? rows * (member + 1) / size : rows;
    }

    int firstPanel(PointwiseWeights weights) {
        return schedule == Schedule.ROWS || size == 1 ? 0 : weights.firstPanel(member);
    }

    int endPanel(PointwiseWeights weights) {
        return schedule == Schedule.ROWS || size == 1 ? weights.panels() : weights.firstPanel(member + 1);
    }

    /** Of {@code vectors} vectors of channels, divided as {@link PointwiseWeights} divides its outputs. */
    int firstVector(int vectors) {
        return schedule == Schedule.ROWS ? 0 : vectors * member / size;
    }

    int endVector(int vectors) {
        return schedule == Schedule.ROWS ? vectors : vectors * (member + 1) / size;
    }
}
