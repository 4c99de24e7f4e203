package suimon.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import suimon.access.CredentialFile;
import suimon.access.Role;
import suimon.command.CommandDoor;
import suimon.reading.Entry;
import suimon.web.Changes;
import suimon.web.People;
import suimon.web.Visitor;

/** Leads the page's visitors to the command door and to the file of users. */
final class PageParts implements Changes, People {
    private final CommandDoor door;
    private final CredentialFile users;

    PageParts(CommandDoor door, CredentialFile users) {
        this.door = door;
        this.users = users;
    }

    @Override
    public Outcome acknowledge(Visitor by, String occurrence) throws InterruptedException {
        return outcome(door.acknowledge(person(by), occurrence));
    }

    @Override
    public Outcome label(Visitor by, String occurrence, Entry.Verdict verdict, String note)
            throws InterruptedException {
        return outcome(door.label(person(by), occurrence, verdict, note));
    }

    @Override
    public @Nullable Visitor check(String name, String password) {
        try {
            return users.check(name, password)
                    .filter(found -> found.role() != Role.DEVICE)
                    .map(found -> new Visitor(found.name(), role(found.role())))
                    .orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CommandDoor.Person person(Visitor visitor) {
        return new CommandDoor.Person(visitor.name(), switch (visitor.role()) {
            case OPERATOR -> Role.OPERATOR;
            case INSTALLER -> Role.INSTALLER;
            case DATA -> Role.DATA;
        });
    }

    private static Visitor.Role role(Role role) {
        return switch (role) {
            case OPERATOR -> Visitor.Role.OPERATOR;
            case INSTALLER -> Visitor.Role.INSTALLER;
            case DATA, DEVICE -> Visitor.Role.DATA;
        };
    }

    private static Outcome outcome(CommandDoor.Outcome outcome) {
        return switch (outcome) {
            case CommandDoor.Outcome.Done(long sequence) -> new Outcome.Done(sequence);
            case CommandDoor.Outcome.Refused(String reason) -> new Outcome.Refused(reason);
        };
    }
}
