import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.UploadPack.RequestPolicy;

/** Git's smart HTTP by JGit, the implementation in Java, over one bare repository: arguments are its folder and whether clients may ask for filters. */
public class JGitServer {
  public static void main(String[] args) throws Exception {
    Repository repository = new FileRepositoryBuilder().setGitDir(new File(args[0])).setBare().build();
    repository.getConfig().setBoolean("uploadpack", null, "allowFilter", Boolean.parseBoolean(args[1]));
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      try (exchange) {
        boolean discovers = exchange.getRequestURI().getPath().endsWith("/info/refs");
        UploadPack upload = new UploadPack(repository);
        upload.setBiDirectionalPipe(false);
        upload.setRequestPolicy(RequestPolicy.ANY);
        String protocol = exchange.getRequestHeaders().getFirst("git-protocol");
        upload.setExtraParameters(protocol == null ? List.of() : List.of(protocol));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        if (discovers) {
          PacketLineOut packets = new PacketLineOut(answer);
          packets.writeString("# service=git-upload-pack\n");
          packets.end();
          upload.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(packets), "git-upload-pack");
        } else {
          try {
            upload.uploadWithExceptionPropagation(new ByteArrayInputStream(exchange.getRequestBody().readAllBytes()), answer, OutputStream.nullOutputStream());
          } catch (Exception refused) {
            if (answer.size() == 0) {
              new PacketLineOut(answer).writeString("ERR " + refused.getMessage());
            }
          }
        }
        exchange.getResponseHeaders().set("content-type", discovers ? "application/x-git-upload-pack-advertisement" : "application/x-git-upload-pack-result");
        exchange.sendResponseHeaders(200, answer.size());
        answer.writeTo(exchange.getResponseBody());
      } catch (Exception error) {
        error.printStackTrace();
      }
    });
    server.start();
    System.out.println(server.getAddress().getPort());
  }
}
