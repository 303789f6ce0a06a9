package io.github.shufflenet4j.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.serving.ServedModel;

/** The page in a real browser: the Chromium and ChromeDriver of this machine; skipped where there are none. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final By RESULT = By.cssSelector("#results > li");
    private static final By BAR = By.cssSelector("#results ol > li");

    @TempDir
    private static Path folder;

    private static ImageClassifier classifier;
    private static InferenceServer server;
    private static ChromeDriver browser;
    private static byte[] photo;

    /** A program on the path. */
    private static Optional<Path> program(String... names) {
        return Arrays.stream(names).flatMap(name -> Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("")
                .split(File.pathSeparator)).map(at -> Path.of(at, name))).filter(Files::isExecutable).findFirst();
    }

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
        Optional<Path> driver = program("chromedriver");
        assumeTrue(chromium.isPresent() && driver.isPresent(), "no chromium and chromedriver on the path");
        classifier = ImageClassifier.of(RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 7));
        server = InferenceServer.builder().port(0).threads(2).model(ServedModel.of("shapes", classifier))
                .model(ServedModel.of("others", ImageClassifier.of(RandomModels.of(ShuffleNetV2Variant.X0_25,
                        BlockLayout.TORCHVISION, 3)))).start();
        photo = new RenderedDataset(100, 1, 1, 3).jpeg(Split.VAL, 0, 0);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get().toFile());
        options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--window-size=1000,1400", "--user-data-dir=" + folder.resolve("profile"));
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(driver.get().toFile())
                .build();
        browser = new ChromeDriver(service, options);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.quit();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() {
        browser.get(server.address().toString());
        until(page -> page.findElements(By.cssSelector("#model option")).size() == 2);
    }

    private static <T> T until(Function<WebDriver, T> condition) {
        return new WebDriverWait(browser, PATIENCE).until(condition);
    }

    /** Drops a file on the page, as a file manager does. */
    private static void drop(byte[] content, String name, String type) {
        browser.executeScript("""
                const bytes = Uint8Array.from(atob(arguments[0]), letter => letter.charCodeAt(0));
                const data = new DataTransfer();
                data.items.add(new File([bytes], arguments[1], {type: arguments[2]}));
                document.getElementById('drop').dispatchEvent(new DragEvent('drop',
                    {bubbles: true, cancelable: true, dataTransfer: data}));
                """, Base64.getEncoder().encodeToString(content), name, type);
    }

    private static List<String> lines(ImageClassifier of) throws IOException {
        return of.classify(new ByteArrayInputStream(photo)).stream().limit(5).map(PageTest::line).toList();
    }

    private static String line(Prediction prediction) {
        String format = prediction.probability() >= 0.1 ? "%s\n%.1f %%" : "%s\n%.2f %%";
        return String.format(Locale.ROOT, format, prediction.label(), 100 * prediction.probability());
    }

    private static List<String> bars() {
        return browser.findElements(BAR).stream().map(WebElement::getText).toList();
    }

    @Test
    void aDroppedPhotoGetsBars() throws IOException {
        drop(photo, "circle.jpg", "image/jpeg");
        until(page -> page.findElements(BAR).size() == 5);
        assertThat(bars()).isEqualTo(lines(classifier));
        assertThat(browser.findElement(By.cssSelector("#results .name")).getText()).isEqualTo("circle.jpg");
        assertThat(browser.findElement(By.id("status")).getText()).isEqualTo("Classified");
    }

    @Test
    void anotherModelClassifiesThePhotosAnew() throws IOException {
        drop(photo, "circle.jpg", "image/jpeg");
        until(page -> page.findElements(BAR).size() == 5);
        browser.findElement(By.cssSelector("#model option[value=others]")).click();
        until(page -> page.findElements(BAR).size() == 3);
        assertThat(browser.findElements(RESULT)).hasSize(1);
    }

    @Test
    void theSliderDrawsTheMapOverThePhoto() {
        drop(photo, "circle.jpg", "image/jpeg");
        WebElement slider = until(page -> page.findElements(By.cssSelector(".evidence input")).stream().findFirst()
                .orElse(null));
        assertThat(browser.findElements(By.cssSelector("#results canvas"))).isEmpty();
        slider.sendKeys(Keys.END);
        WebElement map = until(page -> page.findElements(By.cssSelector("#results canvas")).stream().findFirst()
                .orElse(null));
        assertThat(map.getCssValue("opacity")).isEqualTo("1");
        long drawn = (Long) browser.executeScript("""
                const canvas = document.querySelector('#results canvas');
                const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                return pixels.filter((value, index) => index % 4 === 3 && value > 0).length;
                """);
        assertThat(drawn).isGreaterThan(100);
        assertThat(browser.findElements(By.cssSelector(".evidence option"))).hasSize(3);
    }

    @Test
    void aBrokenFileSaysWhy() {
        drop(Arrays.copyOf(photo, photo.length / 3), "broken.jpg", "image/jpeg");
        assertThat(until(page -> page.findElements(By.cssSelector("#results .wrong")).stream().findFirst()
                .orElse(null)).getText()).isNotEmpty().contains("image");
        assertThat(bars()).isEmpty();
    }

    @Test
    void examplesAndChosenFilesAreClassifiedAndRemovedByKeyboard() throws IOException {
        Path file = Files.write(folder.resolve("chosen.jpg"), photo);
        until(page -> !page.findElements(By.cssSelector("#examples button")).isEmpty());
        browser.findElement(By.cssSelector("#examples button")).sendKeys(Keys.ENTER);
        browser.findElement(By.id("file")).sendKeys(file.toString());
        until(page -> page.findElements(BAR).size() == 10);
        browser.findElement(By.id("clear")).sendKeys(Keys.ENTER);
        assertThat(browser.findElements(RESULT)).isEmpty();
        assertThat(browser.switchTo().activeElement().getAttribute("id")).isEqualTo("file");
    }
}
