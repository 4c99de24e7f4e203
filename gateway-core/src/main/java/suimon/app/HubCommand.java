package suimon.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import suimon.access.CredentialFile;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.FileStamp;
import suimon.config.GateSettings;
import suimon.config.HubConfig;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.GateFailed;
import suimon.hub.Hub;
import suimon.hub.HubFailed;
import suimon.web.HubServer;
import suimon.web.WebSettings;

/** The far end: takes what gateways deliver until it is told to stop. */
@Command(name = "hub", description = "Run the hub that FILE describes.",
        subcommands = {AddGatewayCommand.class, HubOrderCommand.class})
final class HubCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "hub.yaml")
    private Path file = Path.of("hub.yaml");

    @Override
    public Integer call() throws InterruptedException {
        Installation installation = new Installation();
        List<Gate> gates = new ArrayList<>();
        HubServer web = null;
        try {
            FileStamp stamp = WrittenFile.stampOf(file);
            HubConfig config = ConfigFile.hub(file, installation.kinds());
            try (Hub hub = Hub.open(config, List.of(), Clock.systemUTC(), System::nanoTime)) {
                for (GateSettings settings : config.gates()) {
                    Gate gate = installation.gate(settings).open(settings, new GateContext(
                            hub, config.data().folder().resolve("gates").resolve(settings.name()),
                            Clock.systemUTC()));
                    gates.add(gate);
                    gate.start();
                    System.out.println("suimon hub: gate " + gate.name() + " at " + gate.address());
                }
                web = HubServer.start(new WebSettings(config.web().address(), config.web().port(),
                        config.data().folder().resolve("web")), new HubServer.Backstage(hub, new CredentialFile(
                                config.data().folder().resolve("users")), Clock.systemUTC(), System::nanoTime));
                System.out.println("suimon hub: page at " + web.address());
                System.out.println("suimon hub: runs for " + hub.gateways().size() + " gateways");
                Supervisor supervisor = new Supervisor();
                supervisor.endOnSignal();
                supervisor.start(HubWatch.NAME,
                        new HubWatch(file, stamp, config, installation.kinds(), hub, gates)::run);
                return supervisor.await();
            } finally {
                if (web != null) {
                    web.close();
                }
                gates.forEach(Gate::close);
            }
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        } catch (HubFailed | GateFailed | IOException failed) {
            System.err.println("suimon hub: " + failed.getMessage());
            return 1;
        }
    }
}
