package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClicksTest {
    @Test
    void clicksGoRoundThePages() {
        assertEquals("page-0", Clicks.page(3));
        assertEquals("page-1", Clicks.page(4));
    }
}
