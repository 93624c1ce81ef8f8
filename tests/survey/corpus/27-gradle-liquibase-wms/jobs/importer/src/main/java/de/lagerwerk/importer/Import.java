package de.lagerwerk.importer;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "import")
public class Import implements Runnable {
    @Parameters(index = "0")
    String file;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Import()).execute(args));
    }

    @Override
    public void run() {
        System.out.println("reading " + file);
    }
}
