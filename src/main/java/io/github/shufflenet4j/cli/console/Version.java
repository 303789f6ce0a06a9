package io.github.shufflenet4j.cli.console;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
public final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"shufflenet4j " + (version == null ? "(built from sources)" : version),
            "Java " + Runtime.version()};
    }
}
