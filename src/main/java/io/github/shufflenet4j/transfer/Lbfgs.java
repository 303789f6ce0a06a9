package io.github.shufflenet4j.transfer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * L-BFGS (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5) for smooth convex functions, with
 * backtracking until Armijo's condition holds. The same start gives the same result to the bit.
 */
final class Lbfgs {

    private static final int MEMORY = 10;
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double MIN_STEP = 1e-12;

    private final double tolerance;
    private final double precision;
    private final int maxIterations;

    /**
     * @param tolerance the search ends when no component of the gradient is larger
     * @param precision relative rounding error of the function's values: the search ends when a step promises less
     */
    Lbfgs(double tolerance, double precision, int maxIterations) {
        this.tolerance = tolerance;
        this.precision = precision;
        this.maxIterations = maxIterations;
    }

    @FunctionalInterface
    interface Objective {

        /** Its value; writes its gradient to {@code gradient}. */
        double at(double[] point, double[] gradient);
    }

    /** A step, and the change of the gradient along it. */
    private record Step(double[] move, double[] change, double curvature) {
    }

    /** The point of the minimum, searched from {@code start}. */
    double[] minimise(Objective function, double[] start) {
        double[] point = start.clone();
        double[] gradient = new double[point.length];
        double value = function.at(point, gradient);
        Deque<Step> steps = new ArrayDeque<>();
        for (int i = 0; i < maxIterations && largest(gradient) > tolerance; i++) {
            double[] direction = direction(gradient, steps);
            double slope = dot(direction, gradient);
            double rounding = precision * Math.abs(value);
            if (!steps.isEmpty() && -slope < rounding) {
                break;
            }
            // Before there is a curvature, the first move is of length 1 at most.
            double length = steps.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
            double[] next = new double[point.length];
            double[] nextGradient = new double[point.length];
            double nextValue = move(function, point, direction, length, next, nextGradient);
            while (nextValue > value + SUFFICIENT_DECREASE * length * slope + rounding && length > MIN_STEP) {
                length /= 2;
                nextValue = move(function, point, direction, length, next, nextGradient);
            }
            if (!(nextValue < value)) {
                break; // only rounding errors are left
            }
            remember(steps, difference(next, point), difference(nextGradient, gradient));
            point = next;
            gradient = nextGradient;
            value = nextValue;
        }
        return point;
    }

    private static double move(Objective function, double[] point, double[] direction, double length, double[] next,
                               double[] gradient) {
        for (int i = 0; i < point.length; i++) {
            next[i] = point[i] + length * direction[i];
        }
        return function.at(next, gradient);
    }

    private static void remember(Deque<Step> steps, double[] move, double[] change) {
        double curvature = dot(move, change);
        if (curvature > 0) {
            if (steps.size() == MEMORY) {
                steps.removeFirst();
            }
            steps.addLast(new Step(move, change, curvature));
        }
    }

    /** Opposite to the gradient, scaled by the curvature of the last steps. */
    private static double[] direction(double[] gradient, Deque<Step> steps) {
        double[] direction = new double[gradient.length];
        add(direction, -1, gradient);
        if (steps.isEmpty()) {
            return direction;
        }
        double[] shares = new double[steps.size()];
        int i = shares.length;
        for (Iterator<Step> newest = steps.descendingIterator(); newest.hasNext();) {
            Step step = newest.next();
            shares[--i] = dot(step.move(), direction) / step.curvature();
            add(direction, -shares[i], step.change());
        }
        Step last = steps.getLast();
        double scale = last.curvature() / dot(last.change(), last.change());
        for (int j = 0; j < direction.length; j++) {
            direction[j] *= scale;
        }
        for (Step step : steps) {
            add(direction, shares[i++] - dot(step.change(), direction) / step.curvature(), step.move());
        }
        return direction;
    }

    private static void add(double[] target, double share, double[] values) {
        for (int i = 0; i < target.length; i++) {
            target[i] += share * values[i];
        }
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = a.clone();
        add(difference, -1, b);
        return difference;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
