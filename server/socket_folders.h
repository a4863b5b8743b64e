/* socket_folders.h -- Access to ipc sockets: the modes of the socket and of the folders above it. A
 * peer that gets past them is then checked by its uid: see rpc/listen/peer.h. */
#ifndef SERVER_SOCKET_FOLDERS_H
#define SERVER_SOCKET_FOLDERS_H

#include <stdbool.h>
#include <sys/types.h>

/** Connecting takes the right to write to the socket and to search every folder on the way. */
struct socket_access {
    mode_t mode; /* of the socket: 0600, 0660, 0666 */
    gid_t group; /* of the socket and its folder; (gid_t)-1: that of the process */
};

/** Makes the folders on the way to a socket that are not there: all may search them, and the last
 * one is open to the users of the socket. The umask does not matter. One that is there stays as
 * it is; if it keeps out users that `access` admits, the log says so.
 * @param path  Absolute, of the socket.
 * @return False if a folder can't be made; the log says why. */
bool socket_folders_make(const char *path, const struct socket_access *access);

#endif
