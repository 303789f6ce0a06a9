package io.github.shufflenet4j.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"shufflenet4j " + (version == null ? "(built from sources)" : version),
            "Java " + Runtime.version()};
    }
}
