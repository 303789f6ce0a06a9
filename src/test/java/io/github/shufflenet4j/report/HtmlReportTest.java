package io.github.shufflenet4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

class HtmlReportTest {

    private static final String HOSTILE = "</script><script>alert('x')</script><b title=\"y\">&amp;\u2028";
    private static final Pattern CHART_JSON = Pattern.compile("<script type=\"application/json\">(.*?)</script>",
            Pattern.DOTALL);
    private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);

    private static HtmlReport everything(String text) {
        return HtmlReport.builder(text).subtitle(text).footer(text)
                .section(text, section -> section.heading(text).paragraph(text).code(text, text)
                        .facts(text, Map.of(text, text))
                        .table(Table.builder(text).text(text).number(text).row(text, text).build())
                        .chart(XyChart.builder(text).summary(text).x(Axis.linear(text)).y(Axis.logarithmic(text))
                                .scatter(text, List.of(Point.of(1, 2, text))).build())
                        .chart(BarChart.builder(text).categories(List.of(text))
                                .bars(text, List.of(BarChart.Bar.of(1))).build())
                        .chart(HeatMap.of(text, text, List.of(text), text, List.of(text), new double[][] {{1}}))
                        .pictures(List.of(new Picture("image/png", new byte[] {1}, text, List.of(text)))))
                .build();
    }

    private static List<JsonNode> options(String page) throws Exception {
        List<JsonNode> options = new ArrayList<>();
        Matcher json = CHART_JSON.matcher(page);
        while (json.find()) {
            options.add(new ObjectMapper().readTree(json.group(1)));
        }
        return options;
    }

    private static String page(Chart chart) {
        return HtmlReport.builder("t").section("s", section -> section.chart(chart)).build().html();
    }

    @Test
    void textStaysTextWhereverItStands() throws Exception {
        String page = everything(HOSTILE).html();
        assertThat(page).doesNotContain("<script>alert").doesNotContain("<b ");
        assertThat(page).contains("<h1>&lt;/script&gt;&lt;script&gt;");
        List<JsonNode> options = options(page);
        assertThat(options).hasSize(3);
        assertThat(options.get(0).at("/series/0/name").asText()).isEqualTo(HOSTILE);
        assertThat(options.get(0).at("/series/0/data/0/name").asText()).isEqualTo(HOSTILE);
        assertThat(options.get(1).at("/xAxis/data/0").asText()).isEqualTo(HOSTILE);
        assertThat(options.get(2).at("/yAxis/name").asText()).isEqualTo(HOSTILE);
    }

    @Test
    void nothingIsFetchedAndOnlyThePagesOwnScriptsRun() throws Exception {
        String page = everything("x").html();
        Matcher script = SCRIPT.matcher(page);
        int scripts = 0;
        while (script.find()) {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(script.group(1).getBytes(StandardCharsets.UTF_8));
            assertThat(page).contains("sha256-" + Base64.getEncoder().encodeToString(digest));
            scripts++;
        }
        assertThat(scripts).isEqualTo(2);
        assertThat(page).contains("default-src &#x27;none&#x27;; img-src data:");
        assertThat(page).doesNotContain("<link").doesNotContain("src=\"http").doesNotContain("url(http");
    }

    @Test
    void aPageWithoutChartsHasNoScript() {
        String page = HtmlReport.builder("Plain").section("One", section -> section.paragraph("Text.")).build().html();
        assertThat(page).doesNotContain("<script").contains("script-src &#x27;none&#x27;");
        assertThat(page.length()).isLessThan(6000);
        assertThat(page).startsWith("<!DOCTYPE html>").contains("<html lang=\"en\">", "<h2>One</h2><p>Text.</p>");
    }

    @Test
    void writesTheWholePage(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.html");
        HtmlReport report = everything("Größe");
        report.write(file);
        assertThat(Files.readString(file)).isEqualTo(report.html()).contains("Größe").endsWith("</html>\n");
    }

    @Test
    void chartsSayInWordsAndNumbersWhatTheyShow() {
        String page = page(XyChart.builder("Loss").summary("Falls from 2 to 0.5.").x(Axis.linear("epoch"))
                .line("training", List.of(Point.of(1, 2), Point.of(2, 0.51239)))
                .line("validation", List.of(Point.of(2, Double.NaN))).build());
        assertThat(page).contains("role=\"img\" aria-label=\"Falls from 2 to 0.5.\"",
                "<tr><th scope=\"row\" class=\"number\">2</th><td class=\"number\">0.5124</td>"
                        + "<td class=\"number\">\u2013</td></tr>",
                "<tr><th scope=\"row\" class=\"number\">1</th><td class=\"number\">2</td>"
                        + "<td class=\"number\"></td></tr>");
    }

    @Test
    void linesHaveTwoAxesAndScatterIsLogarithmic() throws Exception {
        JsonNode option = options(page(XyChart.builder("t").x(Axis.logarithmic("images/s"))
                .y(Axis.linear("%").from(0).to(100)).right(Axis.linear("rate"))
                .scatter("networks", List.of(Point.of(10, 60, "x0.5")))
                .lineOnRight("learning rate", List.of(Point.of(1, 0.1), Point.of(2, Double.NaN))).build())).get(0);
        assertThat(option.at("/xAxis/type").asText()).isEqualTo("log");
        assertThat(option.at("/yAxis/0/max").asDouble()).isEqualTo(100);
        assertThat(option.at("/yAxis/1/name").asText()).isEqualTo("rate");
        assertThat(option.at("/series/0/type").asText()).isEqualTo("scatter");
        assertThat(option.at("/series/1/yAxisIndex").asInt()).isEqualTo(1);
        assertThat(option.at("/series/1/data/1/value/1").asText()).isEqualTo("NaN");
    }

    @Test
    void barsHaveErrorBarsWhereThereAreErrors() throws Exception {
        BarChart chart = BarChart.builder("t").categories(List.of("a", "b")).values(Axis.linear("ms").from(0))
                .bars("one", List.of(BarChart.Bar.of(3, 2, 4), BarChart.Bar.of(5)))
                .bars("two", List.of(BarChart.Bar.of(1), BarChart.Bar.of(2))).build();
        JsonNode series = options(page(chart)).get(0).at("/series");
        assertThat(series).hasSize(3);
        assertThat(series.at("/2/data").toString()).isEqualTo("[[0.0,2.0,4.0]]");
        assertThat(series.at("/2/errorBars/of").asInt()).isZero();
        assertThat(chart.data().rows()).containsExactly(List.of("a", "3", "2", "4", "1"),
                List.of("b", "5", "\u2013", "\u2013", "2"));
    }

    @Test
    void logarithmicAxesTakeTheirEndsFromWhatIsPositive() throws Exception {
        JsonNode lines = options(page(XyChart.builder("t").x(Axis.logarithmic("x")).y(Axis.logarithmic("y"))
                .right(Axis.linear("z")).line("one", List.of(Point.of(0, 5), Point.of(10, -1), Point.of(100, 1e-9)))
                .lineOnRight("two", List.of(Point.of(10, -1))).build())).get(0);
        assertThat(lines.at("/series/0/data").findValues("value").toString())
                .isEqualTo("[[\"NaN\",5.0], [10.0,\"NaN\"], [100.0,1.0E-9]]");
        assertThat(lines.at("/series/1/data/0/value").toString()).isEqualTo("[10.0,-1.0]");
        // Two percent of the range from 3 to 1000 lie below 0.
        assertThat(lines.at("/xAxis/boundaryGap").toString()).isEqualTo("[0,0]");
        assertThat(lines.at("/yAxis/1/boundaryGap").isMissingNode()).isTrue();

        BarChart chart = BarChart.builder("t").categories(List.of("a", "b", "c")).values(Axis.logarithmic("ms"))
                .bars("one", List.of(BarChart.Bar.of(0), BarChart.Bar.of(3, 0, 4), BarChart.Bar.of(9, 8, 10))).build();
        JsonNode bars = options(page(chart)).get(0);
        assertThat(bars.at("/series/0/data").toString()).isEqualTo("[\"NaN\",3.0,9.0]");
        assertThat(bars.at("/series/1/data").toString()).isEqualTo("[[2.0,8.0,10.0]]");
        assertThat(bars.at("/yAxis/boundaryGap").toString()).isEqualTo("[0,0]");
        assertThat(chart.data().rows().get(0)).startsWith("a", "0");
    }

    @Test
    void aHeatMapCountsRowsFromTheTop() throws Exception {
        JsonNode option = options(page(HeatMap.of("t", "true", List.of("a", "b"), "predicted", List.of("c", "d"),
                new double[][] {{1, 2}, {3, 4}}))).get(0);
        assertThat(option.at("/series/0/data").toString())
                .isEqualTo("[[0.0,0.0,1.0],[1.0,0.0,2.0],[0.0,1.0,3.0],[1.0,1.0,4.0]]");
        assertThat(option.at("/yAxis/inverse").asBoolean()).isTrue();
        assertThat(option.at("/visualMap/max").asInt()).isEqualTo(4);
    }

    @Test
    void whatDoesNotFitIsRefusedByName() {
        assertThatThrownBy(() -> Table.builder("Scores").text("class").row("a", "b").build())
                .hasMessage("table 'Scores' has 1 columns, but a row of 2 cells");
        assertThatThrownBy(() -> Axis.linear("loss").from(2).to(1)).hasMessage("axis 'loss' from 2.0 to 1.0");
        assertThatThrownBy(() -> Axis.logarithmic("loss").from(0))
                .hasMessage("logarithmic axis 'loss' must have positive ends");
        assertThatThrownBy(() -> XyChart.builder("Loss").build()).hasMessage("chart 'Loss' shows nothing");
        assertThatThrownBy(() -> XyChart.builder("Loss").lineOnRight("x", List.of(Point.of(1, 1))).build())
                .hasMessage("chart 'Loss' has no axis on the right");
        assertThatThrownBy(() -> BarChart.builder("Speed").categories(List.of("a")).bars("x", List.of()).build())
                .hasMessage("chart 'Speed' has 1 categories, but 'x' 0 bars");
        assertThatThrownBy(() -> HeatMap.of("Confusion", "r", List.of("a"), "c", List.of("b"), new double[2][1]))
                .hasMessageContaining("'Confusion' must have 1 x 1 values");
        assertThatThrownBy(() -> new Picture("text/html", new byte[0], "", List.of()))
                .hasMessage("media type must be image/..., got 'text/html'");
    }

    @Test
    void numbersAreRoundedToFourDigits() {
        assertThat(List.of(0.5, 1234.56, 3.0, 1e-7, 12345678.9, -0.00012345).stream().map(Numbers::format))
                .containsExactly("0.5", "1235", "3", "1E-7", "12350000", "-0.0001234");
    }
}
