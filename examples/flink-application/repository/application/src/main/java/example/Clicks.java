package example;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Prints which page each click is on. */
public final class Clicks {
    private static final int PAGES = 3;

    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.fromSequence(1, Long.MAX_VALUE).map(Clicks::page).print();
        environment.execute("clicks");
    }

    static String page(long click) {
        return "page-" + click % PAGES;
    }
}
