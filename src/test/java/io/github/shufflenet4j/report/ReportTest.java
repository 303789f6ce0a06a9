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

class ReportTest {

    private static final String HOSTILE = "</script><script>alert('x')</script><b title=\"y\">&amp;\u2028";
    private static final Pattern CHART_JSON = Pattern.compile("<script type=\"application/json\">(.*?)</script>",
            Pattern.DOTALL);
    private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);

    private static Report everything(String text) {
        return new Report(text).subtitle(text)
                .section(text, section -> section.heading(text).paragraph(text).code(text, text)
                        .facts(text, Map.of(text, text))
                        .table(new Table(text).text(text).number(text).row(text, text).sortable())
                        .chart(new XyChart(text, text, Axis.linear(text), Axis.logarithmic(text))
                                .scatter(text, List.of(new Point(1, 2, text))))
                        .chart(new BarChart(text, text, List.of(text), Axis.linear(text))
                                .bars(text, List.of(new BarChart.Bar(1))))
                        .chart(new HeatMap(text, text, text, List.of(text), text, List.of(text), new double[][] {{1}}))
                        .pictures(List.of(picture(text)))
                        .groups(List.of(new PictureGroup(List.of(picture(text), picture(text)), List.of(text)))));
    }

    private static Picture picture(String text) {
        return new Picture("image/png", new byte[] {1}, text, List.of(text));
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
        return new Report("t").section("s", section -> section.chart(chart)).html();
    }

    @Test
    void textIsEscapedEverywhere() throws Exception {
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
    void thePageFetchesNothingAndRunsItsOwnScriptsOnly() throws Exception {
        String page = everything("x").html();
        Matcher script = SCRIPT.matcher(page);
        int scripts = 0;
        while (script.find()) {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(script.group(1).getBytes(StandardCharsets.UTF_8));
            assertThat(page).contains("sha256-" + Base64.getEncoder().encodeToString(digest));
            scripts++;
        }
        assertThat(scripts).isEqualTo(3);
        assertThat(page).contains("default-src &#x27;none&#x27;; img-src data:");
        assertThat(page).doesNotContain("<link").doesNotContain("src=\"http").doesNotContain("url(http");
    }

    @Test
    void aPageWithoutChartsHasNoScript() {
        String page = new Report("Plain").section("One", section -> section.paragraph("Text.")).html();
        assertThat(page).doesNotContain("<script").contains("script-src &#x27;none&#x27;");
        assertThat(page.length()).isLessThan(6000);
        assertThat(page).startsWith("<!DOCTYPE html>").contains("<html lang=\"en\">", "<h2>One</h2><p>Text.</p>");
    }

    @Test
    void onlySortableTablesAreSorted() {
        Table table = new Table("t").text("a").row("b");
        assertThat(new Report("r").section("s", section -> section.table(table)).html()).doesNotContain("<script");
        assertThat(new Report("r").section("s", section -> section.table(table.sortable())).html())
                .contains("<table class=\"sortable\">", "<script>").doesNotContain("echarts");
    }

    @Test
    void aGroupHasPictures() {
        assertThatThrownBy(() -> new PictureGroup(List.of(), List.of("none")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least one picture");
    }

    @Test
    void writesTheWholePage(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.html");
        Report report = everything("Größe");
        report.write(file);
        assertThat(Files.readString(file)).isEqualTo(report.html()).contains("Größe").endsWith("</html>\n");
    }

    @Test
    void chartsHaveATextAlternativeAndTheirData() {
        String page = page(new XyChart("Loss", "Falls from 2 to 0.5.", Axis.linear("epoch"), Axis.linear(""))
                .line("training", List.of(new Point(1, 2), new Point(2, 0.51239)))
                .line("validation", List.of(new Point(2, Double.NaN))));
        assertThat(page).contains("role=\"img\" aria-label=\"Falls from 2 to 0.5.\"",
                "<tr><th scope=\"row\" class=\"number\">2</th><td class=\"number\">0.5124</td>"
                        + "<td class=\"number\">\u2013</td></tr>",
                "<tr><th scope=\"row\" class=\"number\">1</th><td class=\"number\">2</td>"
                        + "<td class=\"number\"></td></tr>");
    }

    @Test
    void linesHaveTwoAxesAndScatterIsLogarithmic() throws Exception {
        JsonNode option = options(page(new XyChart("t", "t", Axis.logarithmic("images/s"),
                Axis.linear("%").from(0).to(100)).right(Axis.linear("rate"))
                .scatter("networks", List.of(new Point(10, 60, "x0.5")))
                .lineOnRight("learning rate", List.of(new Point(1, 0.1), new Point(2, Double.NaN))))).get(0);
        assertThat(option.at("/xAxis/type").asText()).isEqualTo("log");
        assertThat(option.at("/yAxis/0/max").asDouble()).isEqualTo(100);
        assertThat(option.at("/yAxis/1/name").asText()).isEqualTo("rate");
        assertThat(option.at("/series/0/type").asText()).isEqualTo("scatter");
        assertThat(option.at("/series/1/yAxisIndex").asInt()).isEqualTo(1);
        assertThat(option.at("/series/1/data/1/value/1").asText()).isEqualTo("NaN");
    }

    @Test
    void barsHaveErrorBarsWhereThereAreErrors() throws Exception {
        BarChart chart = new BarChart("t", "t", List.of("a", "b"), Axis.linear("ms").from(0))
                .bars("one", List.of(new BarChart.Bar(3, 2, 4), new BarChart.Bar(5)))
                .bars("two", List.of(new BarChart.Bar(1), new BarChart.Bar(2)));
        JsonNode series = options(page(chart)).get(0).at("/series");
        assertThat(series).hasSize(3);
        assertThat(series.at("/2/data").toString()).isEqualTo("[[0.0,2.0,4.0]]");
        assertThat(series.at("/2/errorBars/of").asInt()).isZero();
        assertThat(chart.data().rows()).containsExactly(List.of("a", "3", "2", "4", "1"),
                List.of("b", "5", "\u2013", "\u2013", "2"));
    }

    @Test
    void logarithmicAxesLeaveOutValuesThatAreNotPositive() throws Exception {
        JsonNode lines = options(page(new XyChart("t", "t", Axis.logarithmic("x"), Axis.logarithmic("y"))
                .right(Axis.linear("z")).line("one", List.of(new Point(0, 5), new Point(10, -1), new Point(100, 1e-9)))
                .lineOnRight("two", List.of(new Point(10, -1))))).get(0);
        assertThat(lines.at("/series/0/data").findValues("value").toString())
                .isEqualTo("[[\"NaN\",5.0], [10.0,\"NaN\"], [100.0,1.0E-9]]");
        assertThat(lines.at("/series/1/data/0/value").toString()).isEqualTo("[10.0,-1.0]");
        // Two percent of the range from 3 to 1000 lie below 0.
        assertThat(lines.at("/xAxis/boundaryGap").toString()).isEqualTo("[0,0]");
        assertThat(lines.at("/yAxis/1/boundaryGap").isMissingNode()).isTrue();

        BarChart chart = new BarChart("t", "t", List.of("a", "b", "c"), Axis.logarithmic("ms"))
                .bars("one", List.of(new BarChart.Bar(0), new BarChart.Bar(3, 0, 4), new BarChart.Bar(9, 8, 10)));
        JsonNode bars = options(page(chart)).get(0);
        assertThat(bars.at("/series/0/data").toString()).isEqualTo("[\"NaN\",3.0,9.0]");
        assertThat(bars.at("/series/1/data").toString()).isEqualTo("[[2.0,8.0,10.0]]");
        assertThat(bars.at("/yAxis/boundaryGap").toString()).isEqualTo("[0,0]");
        assertThat(chart.data().rows().get(0)).startsWith("a", "0");
    }

    @Test
    void aHeatMapCountsRowsFromTheTop() throws Exception {
        JsonNode option = options(page(new HeatMap("t", "t", "true", List.of("a", "b"), "predicted", List.of("c", "d"),
                new double[][] {{1, 2}, {3, 4}}))).get(0);
        assertThat(option.at("/series/0/data").toString())
                .isEqualTo("[[0.0,0.0,1.0],[1.0,0.0,2.0],[0.0,1.0,3.0],[1.0,1.0,4.0]]");
        assertThat(option.at("/yAxis/inverse").asBoolean()).isTrue();
        assertThat(option.at("/visualMap/max").asInt()).isEqualTo(4);
    }

    @Test
    void invalidPartsAreRejectedByName() {
        assertThatThrownBy(() -> new Table("Scores").text("class").row("a", "b"))
                .hasMessage("table 'Scores' has 1 columns, but a row of 2 cells");
        assertThatThrownBy(() -> Axis.linear("loss").from(2).to(1)).hasMessage("axis 'loss' from 2.0 to 1.0");
        assertThatThrownBy(() -> Axis.logarithmic("loss").from(0))
                .hasMessage("logarithmic axis 'loss' must have positive ends");
        assertThatThrownBy(() -> page(new XyChart("Loss", "", Axis.linear("x"), Axis.linear("y"))))
                .hasMessage("chart 'Loss' shows nothing");
        assertThatThrownBy(() -> new XyChart("Loss", "", Axis.linear("x"), Axis.linear("y"))
                .lineOnRight("x", List.of(new Point(1, 1))))
                .hasMessage("chart 'Loss' has no axis on the right");
        assertThatThrownBy(() -> new BarChart("Speed", "", List.of("a"), Axis.linear("y")).bars("x", List.of()))
                .hasMessage("chart 'Speed' has 1 categories, but 'x' 0 bars");
        assertThatThrownBy(() -> new HeatMap("Confusion", "", "r", List.of("a"), "c", List.of("b"), new double[2][1]))
                .hasMessageContaining("'Confusion' must have 1 x 1 values");
        assertThatThrownBy(() -> new Picture("text/html", new byte[0], "", List.of()))
                .hasMessage("media type must be image/..., got 'text/html'");
    }

    @Test
    void numbersAreRoundedToFourDigits() {
        assertThat(List.of(0.5, 1234.56, 3.0, 1e-7, 12345678.9, -0.00012345).stream().map(Table::format))
                .containsExactly("0.5", "1235", "3", "1E-7", "12350000", "-0.0001234");
    }

    @Test
    void markdownHasTextAndTablesButNoCharts() {
        Report report = new Report("Flowers").subtitle("x1.0").section("Classes", section -> section.paragraph("Two.")
                .table(new Table("Images").text("class").number("images").row("rose|red", 60))
                .chart(new BarChart("Hidden", "", List.of("a"), Axis.linear(""))
                        .bars("b", List.of(new BarChart.Bar(1))))
                .code("recipe.yaml", "epochs: 1\n"));
        assertThat(report.markdown()).isEqualTo("""
                # Flowers

                x1.0

                ## Classes

                Two.

                Images:

                | class | images |
                | --- | ---: |
                | rose\\|red | 60 |

                recipe.yaml:

                    epochs: 1
                """);
    }

    @Test
    void csvQuotesCommasAndQuotes() {
        assertThat(new Table("").text("a").text("b").row("1, 2", "\"").row("x", 3).toCsv())
                .isEqualTo("a,b\n\"1, 2\",\"\"\"\"\nx,3\n");
    }
}
