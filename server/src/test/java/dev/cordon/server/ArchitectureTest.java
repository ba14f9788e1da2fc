package dev.cordon.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the server's packages, as the architecture page draws them. */
final class ArchitectureTest {

    private static final String ROOT = "dev.cordon.server";

    private static final Set<String> INVENTORY = Set.of("store", "web", "odata", "feed", "audit", "identity");
    private static final Set<String> BEHIND_MACHINES =
            Set.of("store", "web", "odata", "audit", "identity", "machines", "keys");

    /** Each package and those it may use. The root may use all. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("store", Set.of()),
            Map.entry("web", Set.of()),
            Map.entry("odata", Set.of("store", "web")),
            Map.entry("feed", Set.of("store")),
            Map.entry("audit", Set.of("store", "web", "odata", "feed")),
            Map.entry("keys", Set.of("store")),
            Map.entry("tls", Set.of("keys")),
            Map.entry("issuers", Set.of("web")),
            Map.entry("console", Set.of("web")),
            Map.entry("identity", Set.of("store", "web", "audit", "keys", "issuers")),
            Map.entry("users", Set.of("store", "web", "audit", "keys", "identity")),
            Map.entry("federation", Set.of("store", "web", "audit", "keys", "identity", "issuers", "users")),
            Map.entry("signin", Set.of("store", "web", "audit", "keys", "identity", "users", "federation")),
            Map.entry("machines", INVENTORY),
            Map.entry("enrollment", BEHIND_MACHINES),
            Map.entry("files", Set.of("web")),
            Map.entry(
                    "objects",
                    Set.of("store", "web", "odata", "audit", "identity", "machines", "keys", "files", "actions")),
            Map.entry("blocks", Set.of("store", "web", "odata", "audit", "identity", "machines", "keys", "files")),
            Map.entry("actions", Set.of("store", "web", "odata", "audit", "identity", "machines", "keys", "files")),
            Map.entry("events", Set.of("store", "web", "feed", "audit", "identity", "machines", "keys", "actions")),
            Map.entry(
                    "delivery",
                    Set.of(
                            "store",
                            "web",
                            "odata",
                            "audit",
                            "identity",
                            "machines",
                            "keys",
                            "files",
                            "blocks",
                            "actions",
                            "enrollment")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    static Stream<String> packages() {
        return ARROWS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void whenAPackageUsesAnotherThenTheArrowIsInTheTable(String name) {
        var forbidden = ARROWS.keySet().stream()
                .filter(other -> !other.equals(name)
                        && !ARROWS.getOrDefault(name, Set.of()).contains(other))
                .map(other -> ROOT + "." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .dependOnClassesThat(DescribedPredicate.or(
                        JavaClass.Predicates.resideInAnyPackage(forbidden),
                        JavaClass.Predicates.resideInAPackage(ROOT)))
                .check(CLASSES);
    }

    @Test
    void whenThereIsAPackageThenTheTableNamesIt() {
        var found = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ROOT + "."))
                .map(name -> name.substring(ROOT.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found).isSubsetOf(ARROWS.keySet()).isNotEmpty();
    }

    @Test
    void whenPackagesUseEachOtherThenNeverInACircle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void whenClassesLogOrAreWiredThenInTheHousesWay() {
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
        NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(CLASSES);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .check(CLASSES);
    }
}
