#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/err.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros of OpenSSL as Swift can call them: same name, our prefix.

static inline EVP_PKEY *CCrypto_EVP_EC_gen(const char *curve) { return EVP_EC_gen((char *)curve); }

// Makes a certificate hold from one moment to another, in seconds since 1970.
static inline int CCrypto_X509_set_lifetime(X509 *certificate, int64_t from, int64_t to) {
    return ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)from) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)to) != NULL;
}

// Adds one extension in the words of x509v3_config(5).
static inline int CCrypto_X509_add_ext(X509 *certificate, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    int good = extension != NULL && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return good;
}

static inline long CCrypto_BIO_get_mem_data(BIO *bio, char **start) {
    return BIO_get_mem_data(bio, start);
}
