package example;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Prints what it is given. */
public final class Clicks {
    public static void main(String[] arguments) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.fromSequence(1, Long.MAX_VALUE).print();
        environment.execute("clicks");
    }
}
