/* socket_folders.h -- Who gets to an ipc socket: the modes of the socket and of the folders on the
 * way to it. Whoever gets there is then asked for the uid: see rpc/listen/peer.h. */
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
 * one is open to whom the socket is open to. The umask does not matter. One that is there stays as
 * it is; if it keeps out somebody whom `access` lets in, the log says so.
 * @param path  Absolute, of the socket.
 * @return False if a folder can't be made; the log says why. */
bool socket_folders_make(const char *path, const struct socket_access *access);

#endif
