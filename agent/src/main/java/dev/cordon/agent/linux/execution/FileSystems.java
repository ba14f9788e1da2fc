package dev.cordon.agent.linux.execution;

/** Which of the file systems that were found are controlled. Tests name their own private ones and touch no other. */
@FunctionalInterface
interface FileSystems {

    boolean controls(Mount mount);

    /** Every one of this machine that can hold a program; those of other machines and of programs are judged unseen. */
    FileSystems ALL = mount -> mount.kind() != Mount.Kind.PSEUDO;
}
