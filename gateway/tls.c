#include "gateway/tls.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/tls_inside.h"

/* --- What is agreed on -------------------------------------------------------------------------
 */

/* The first of ours that the client has. One that asks for nothing else is hung up on. */
static int choose_protocol(SSL *ssl, const unsigned char **ret_name, unsigned char *ret_size,
                           const unsigned char *offered, unsigned offered_size, void *context)
{
    static const unsigned char served[] = "\x02h2\x08http/1.1";
    unsigned char *name;
    (void)ssl, (void)context;
    int found =
        SSL_select_next_proto(&name, ret_size, served, sizeof served - 1, offered, offered_size);
    if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *ret_name = name;
    return SSL_TLSEXT_ERR_OK;
}

static void set_policy(SSL_CTX *context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
}

/* --- Files -------------------------------------------------------------------------------------
 */

static bool fail(const char *file, char *ret_problem)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    snprintf(ret_problem, TLS_PROBLEM_BYTES, "%s can't be used: %s", file,
             reason == NULL ? "it can't be read" : reason);
    return false;
}

static bool load_own(SSL_CTX *context, const struct tls_files *files, char *ret_problem)
{
    if (SSL_CTX_use_certificate_chain_file(context, files->certificate) != 1)
        return fail(files->certificate, ret_problem);
    if (SSL_CTX_use_PrivateKey_file(context, files->private_key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return fail(files->private_key, ret_problem);
    return true;
}

static bool load_authorities(SSL_CTX *context, const struct tls_files *files, char *ret_problem)
{
    const char *file = files->client_authorities;
    if (file == NULL) return true;
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(file);
    if (names == NULL || SSL_CTX_load_verify_file(context, file) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return fail(file, ret_problem);
    }
    SSL_CTX_set_client_CA_list(context, names); /* the context's now */
    SSL_CTX_set_verify(context,
                       files->needs_client ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                                           : SSL_VERIFY_PEER,
                       NULL);
    return true;
}

static SSL_CTX *load(const struct tls_files *files, char *ret_problem)
{
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL) {
        snprintf(ret_problem, TLS_PROBLEM_BYTES, "TLS can't be used: out of memory");
        return NULL;
    }
    set_policy(context);
    if (load_own(context, files, ret_problem) && load_authorities(context, files, ret_problem))
        return context;
    SSL_CTX_free(context);
    return NULL;
}

/* --- Life --------------------------------------------------------------------------------------
 */

struct tls *tls_open(const struct tls_files *files, char *ret_problem)
{
    struct tls *tls = calloc(1, sizeof *tls);
    snprintf(ret_problem, TLS_PROBLEM_BYTES, "out of memory");
    if (tls == NULL) return NULL;
    tls->files = *files;
    tls->context = load(files, ret_problem);
    if (tls->context != NULL) return tls;
    free(tls);
    return NULL;
}

void tls_close(struct tls *tls)
{
    if (tls == NULL) return;
    SSL_CTX_free(tls->context);
    free(tls);
}

bool tls_reload(struct tls *tls, char *ret_problem)
{
    SSL_CTX *context = load(&tls->files, ret_problem);
    if (context == NULL) return false;
    SSL_CTX_free(tls->context);
    tls->context = context;
    return true;
}
