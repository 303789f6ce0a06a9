package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.concurrent.Team;

/**
 * What a member of the team does of each step.
 *
 * @param member number of the member
 * @param team   all of them
 */
record Share(int member, Team team) {

    int firstRow(Schedule schedule, int rows) {
        return schedule == Schedule.ROWS ? rows * member / team.size() : 0;
    }

    int endRow(Schedule schedule, int rows) {
        return schedule == Schedule.ROWS ? rows * (member + 1) / team.size() : rows;
    }

    int firstPanel(Schedule schedule, PointwiseWeights weights) {
        return schedule == Schedule.ROWS || team.size() == 1 ? 0 : weights.firstPanel(member);
    }

    int endPanel(Schedule schedule, PointwiseWeights weights) {
        return schedule == Schedule.ROWS || team.size() == 1 ? weights.panels() : weights.firstPanel(member + 1);
    }

    /** Of {@code vectors} vectors of channels, divided as {@link PointwiseWeights} divides its outputs. */
    int firstVector(Schedule schedule, int vectors) {
        return schedule == Schedule.ROWS ? 0 : vectors * member / team.size();
    }

    int endVector(Schedule schedule, int vectors) {
        return schedule == Schedule.ROWS ? vectors : vectors * (member + 1) / team.size();
    }

    /** Waits for the others. */
    void await() {
        team.await();
    }
}
