package dev.cordon.agent.files;

import java.util.Set;

/** What the type of a file system, as {@code mountinfo} names it (proc_pid_mountinfo(5)), says of the files on it. */
public enum FileSystemKind {
    /** On the machine's own disks or in its memory. */
    LOCAL,
    /** Made up by the kernel: nobody's files. */
    KERNEL,
    /** Another machine's: who reads them may wait for the network. */
    NETWORK,
    /** A program's, which may do anything before it answers. */
    USER_SPACE;

    private static final Set<String> OF_THE_KERNEL = Set.of(
            "autofs",
            "binfmt_misc",
            "bpf",
            "cgroup",
            "cgroup2",
            "configfs",
            "debugfs",
            "devpts",
            "efivarfs",
            "fusectl",
            "hugetlbfs",
            "mqueue",
            "nsfs",
            "pipefs",
            "proc",
            "pstore",
            "rpc_pipefs",
            "securityfs",
            "selinuxfs",
            "smackfs",
            "sockfs",
            "sysfs",
            "tracefs");

    private static final Set<String> OF_THE_NETWORK = Set.of(
            "9p",
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "coda",
            "davfs",
            "gfs2",
            "glusterfs",
            "gpfs",
            "lustre",
            "ncpfs",
            "nfs",
            "nfs4",
            "ocfs2",
            "orangefs",
            "prl_fs",
            "smb3",
            "smbfs",
            "vboxsf",
            "virtiofs");

    /** The kind of a type such as {@code ext4}; an unknown one is local. */
    public static FileSystemKind of(String type) {
        if (OF_THE_KERNEL.contains(type)) {
            return KERNEL;
        }
        if (OF_THE_NETWORK.contains(type)) {
            return NETWORK;
        }
        // a program for a disk's format, such as NTFS, reads that disk and nothing else
        return type.startsWith("fuse") && !type.equals("fuseblk") ? USER_SPACE : LOCAL;
    }
}
