package io.github.shufflenet4j.data.rendered;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.function.Function;

import io.github.shufflenet4j.data.AddressedRandom;

/** The classes of the rendered data set: outlines within the unit circle, each with proportions that vary. */
enum RenderedShape {
    ARROW(random -> {
        double shaft = random.uniform(0.14, 0.26);
        double neck = random.uniform(-0.05, 0.25);
        return polygon(-0.95, -shaft, neck, -shaft, neck, -0.65, 0.95, 0, neck, 0.65, neck, shaft, -0.95, shaft);
    }),
    CHECKERBOARD(random -> {
        Area board = new Area();
        double cell = 1.4 / 4;
        int parity = random.nextInt(2);
        for (int i = 0; i < 16; i++) {
            if ((i / 4 + i % 4) % 2 == parity) {
                board.add(new Area(new Rectangle2D.Double(-0.7 + i / 4 * cell, -0.7 + i % 4 * cell, cell, cell)));
            }
        }
        return board;
    }),
    CRESCENT(random ->
            difference(circle(0, 0, 0.9), circle(random.uniform(0.35, 0.5), 0, random.uniform(0.7, 0.8)))),
    CROSS(random -> {
        double half = random.uniform(0.18, 0.3);
        Area cross = new Area(new Rectangle2D.Double(-0.9, -half, 1.8, 2 * half));
        cross.add(new Area(new Rectangle2D.Double(-half, -0.9, 2 * half, 1.8)));
        return cross;
    }),
    DOTS(random -> {
        Area dots = new Area();
        double radius = random.uniform(0.16, 0.22);
        for (int i = 0; i < 9; i++) {
            dots.add(new Area(circle(0.6 * (i / 3 - 1), 0.6 * (i % 3 - 1), radius)));
        }
        return dots;
    }),
    HOUSE(random -> {
        double eaves = random.uniform(-0.25, 0);
        Area house = new Area(polygon(-0.65, 0.75, -0.65, eaves, -0.9, eaves, 0, -0.9, 0.9, eaves, 0.65, eaves,
                0.65, 0.75));
        double door = random.uniform(-0.4, 0.1);
        house.subtract(new Area(new Rectangle2D.Double(door, 0.2, 0.3, 0.55)));
        return house;
    }),
    RING(random -> difference(circle(0, 0, 0.9), circle(0, 0, random.uniform(0.5, 0.68)))),
    SPIRAL(random -> {
        double turns = random.uniform(2, 2.5);
        double start = random.uniform(0, 2 * Math.PI);
        int handedness = random.chance(0.5) ? 1 : -1;
        Path2D path = new Path2D.Double();
        path.moveTo(0, 0);
        for (int i = 1; i <= 80; i++) {
            double radius = 0.85 * i / 80;
            double angle = start + handedness * turns * 2 * Math.PI * i / 80;
            path.lineTo(radius * StrictMath.cos(angle), radius * StrictMath.sin(angle));
        }
        return new BasicStroke(0.17f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND).createStrokedShape(path);
    }),
    STAR(random -> {
        double inner = random.uniform(0.36, 0.48);
        double[] points = new double[20];
        for (int i = 0; i < 10; i++) {
            double radius = i % 2 == 0 ? 0.95 : inner;
            points[2 * i] = radius * StrictMath.sin(Math.PI * i / 5);
            points[2 * i + 1] = -radius * StrictMath.cos(Math.PI * i / 5);
        }
        return polygon(points);
    }),
    TRIANGLE(random -> polygon(random.uniform(-0.3, 0.3), -0.9, 0.85, random.uniform(0.5, 0.75), -0.85,
                random.uniform(0.5, 0.75)));

    private final Function<AddressedRandom, Shape> outline;

    RenderedShape(Function<AddressedRandom, Shape> outline) {
        this.outline = outline;
    }

    /** The outline of a random specimen, y pointing down. */
    Shape outline(AddressedRandom random) {
        return outline.apply(random);
    }

    private static Shape circle(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    private static Shape difference(Shape whole, Shape hole) {
        Area area = new Area(whole);
        area.subtract(new Area(hole));
        return area;
    }

    private static Path2D polygon(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return path;
    }
}
