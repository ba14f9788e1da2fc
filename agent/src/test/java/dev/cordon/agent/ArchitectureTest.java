package dev.cordon.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the agent may lean on, and how its parts may lean on each other. */
final class ArchitectureTest {

    private static final String ROOT = "dev.cordon.agent";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void whenTheAgentUsesSomethingThenItIsTheJdkOrTheProtocol() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "..",
                        "dev.cordon.protocol..",
                        "com.google.protobuf..",
                        "org.jspecify.annotations..",
                        "java..",
                        "javax.crypto..",
                        "javax.net.ssl..",
                        "")
                .check(CLASSES);
    }

    @Test
    void whenPackagesUseEachOtherThenNeverInACircle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void whenTheRootWiresThePartsThenNoPartKnowsTheRoot() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(CLASSES);
    }

    @Test
    void whenLinuxIsUsedThenOnlyByTheRoot() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".linux..")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(ROOT, ROOT + ".linux..")
                .check(CLASSES);
    }

    @Test
    void whenThePortIsDefinedThenItKnowsNoAdapterAndNoUser() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".isolation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".linux..", ROOT + ".simulation..", ROOT + ".command..", ROOT + ".journal..", ROOT)
                .check(CLASSES);
    }
}
