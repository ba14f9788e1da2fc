/** Real adapters for Linux: nftables, netlink and sockets, called through the foreign function interface. */
@NullMarked
package dev.cordon.agent.linux;

import org.jspecify.annotations.NullMarked;
