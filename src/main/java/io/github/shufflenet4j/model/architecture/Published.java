package io.github.shufflenet4j.model.architecture;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Published figures of a network for 1000 classes; empty where its source gives none.
 *
 * @param parameters   trained parameters
 * @param multiplyAdds multiply-adds of one image, which the papers call FLOPs
 * @param top1Error    share of ImageNet's validation images, in percent, whose class is not the most probable one
 * @param source       where the figures are printed
 */
public record Published(Optional<Figure> parameters, Optional<Figure> multiplyAdds, OptionalDouble top1Error,
                        String source) {

    /** In place of a figure that the source does not give. */
    public static final String NOT_GIVEN = "-";

    /** The figures as they are printed, such as {@code 2.3M}, {@code 146M}, {@code 30.6}; {@code -} if not given. */
    public static Published of(String parameters, String multiplyAdds, String top1Error, String source) {
        return new Published(figure(parameters), figure(multiplyAdds),
                top1Error.equals(NOT_GIVEN) ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(top1Error)),
                source);
    }

    /** All figures in words. */
    @Override
    public String toString() {
        return parameters.map(Figure::toString).orElse("unknown") + " parameters, "
                + multiplyAdds.map(Figure::toString).orElse("unknown") + " multiply-adds, "
                + (top1Error.isPresent() ? top1Error.getAsDouble() + " %" : "unknown") + " top-1 error ("
                + source + ")";
    }

    private static Optional<Figure> figure(String printed) {
        return printed.equals(NOT_GIVEN) ? Optional.empty() : Optional.of(Figure.of(printed));
    }
}
