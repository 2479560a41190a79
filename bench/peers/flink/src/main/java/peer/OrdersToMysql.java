// SPDX-License-Identifier: Apache-2.0
package peer;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.restartstrategy.RestartStrategies;
import org.apache.flink.api.common.typeinfo.BasicArrayTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.jdbc.JdbcConnectionOptions;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.JdbcSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A topic of orders to rows of walmart_order, on a mini cluster in this JVM: one chain of source, flat map and sink per
 * partition, so that orders with one key stay in order. At least once: the upsert makes a repeated row harmless.
 */
public final class OrdersToMysql {
  private static final long CHECKPOINT_MS = 10_000;

  private OrdersToMysql() {}

  public static void main(String[] arguments) throws Exception {
    final StreamExecutionEnvironment flink = StreamExecutionEnvironment.createLocalEnvironment(3, new Configuration());
    flink.enableCheckpointing(CHECKPOINT_MS);
    flink.setRestartStrategy(RestartStrategies.noRestart());
    // Nothing in the chain keeps what it was given.
    flink.getConfig().enableObjectReuse();

    final KafkaSource<byte[]> orders =
        KafkaSource.<byte[]>builder()
            .setBootstrapServers(setting("SERVERS"))
            .setTopics(setting("TOPIC"))
            .setGroupId(setting("GROUP"))
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setValueOnlyDeserializer(new Bytes())
            .build();
    final JdbcExecutionOptions batches =
        JdbcExecutionOptions.builder().withBatchSize(500).withBatchIntervalMs(200).withMaxRetries(3).build();
    final JdbcConnectionOptions connection =
        new JdbcConnectionOptions.JdbcConnectionOptionsBuilder()
            .withUrl(setting("URL"))
            .withDriverName("com.mysql.cj.jdbc.Driver")
            .withUsername(setting("USER"))
            .withPassword(setting("PASSWORD"))
            .build();
    flink
        .fromSource(orders, WatermarkStrategy.noWatermarks(), "orders")
        .flatMap(new OrderRows())
        .returns(BasicArrayTypeInfo.STRING_ARRAY_TYPE_INFO)
        .addSink(
            JdbcSink.<String[]>sink(
                upsert(setting("COLUMNS").split(",")),
                (statement, row) -> {
                  for (int i = 0; i < row.length; ++i) statement.setString(i + 1, row[i]);
                },
                batches,
                connection));
    flink.execute("orders to rows");
  }

  /** The last column is the time of the write. */
  private static String upsert(String[] columns) {
    final String names = Arrays.stream(columns).map(name -> '`' + name + '`').collect(Collectors.joining(","));
    final String updates =
        Arrays.stream(columns).map(name -> '`' + name + "`=VALUES(`" + name + "`)").collect(Collectors.joining(","));
    return "INSERT INTO `walmart_order` (" + names + ") VALUES (" + "?,".repeat(columns.length - 1)
        + "UTC_TIMESTAMP()) ON DUPLICATE KEY UPDATE " + updates;
  }

  private static String setting(String name) {
    final String value = System.getenv("PEER_" + name);
    if (value == null) throw new IllegalArgumentException("the environment has no PEER_" + name);
    return value;
  }
}
