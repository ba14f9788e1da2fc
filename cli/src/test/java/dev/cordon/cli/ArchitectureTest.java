package dev.cordon.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** Commands load the JDK, picocli and the JSON library, and nothing else: that keeps their start short. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importUrl(Cordon.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void whenACommandNeedsAClassThenItIsOneOfThoseThatStartFast() {
        classes()
                .that()
                .resideInAPackage("dev.cordon.cli..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.cordon.cli..",
                        "java..",
                        "javax.net.ssl..",
                        "picocli..",
                        "tools.jackson..",
                        "io.netty.internal.tcnative..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void whenAnswersAreShownOrFetchedThenNoCommandIsNeededForIt() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.cordon.cli.connection..", "dev.cordon.cli.output..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.cordon.cli")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.cordon.cli.connection..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.cordon.cli.output..", "picocli..")
                .check(CLASSES);
    }
}
