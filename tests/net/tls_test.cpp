#include <doctest/doctest.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "net/http_client.h"
#include "support/run_coroutine.h"
#include "support/scripted_server.h"

using namespace keepwatch;
using testing::Peer;
using testing::ScriptedServer;

namespace {

// A certificate for `localhost`, signed by itself, with its key and a file that trusts it.
struct Authority {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    std::string file;

    Authority() {
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        X509_set_version(certificate, X509_VERSION_3);
        auto* const name = X509_get_subject_name(certificate);
        const std::string common = "localhost";
        const auto* const bytes = reinterpret_cast<const unsigned char*>(common.data());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes, -1, -1, 0);
        X509_set_issuer_name(certificate, name);
        auto* const names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
        X509_add_ext(certificate, names, -1);
        X509_EXTENSION_free(names);
        X509_sign(certificate, key, EVP_sha256());

        std::string pattern = std::filesystem::temp_directory_path() / "keepwatch-XXXXXX";
        const int descriptor = mkstemp(pattern.data());
        REQUIRE(descriptor >= 0);
        file = pattern;
        auto* const out = fdopen(descriptor, "w");
        PEM_write_X509(out, certificate);
        std::fclose(out);
    }
    ~Authority() {
        std::filesystem::remove(file);
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;
};

// Answers each client's requests over TLS until it leaves.
void serve_tls(const Authority& authority, Peer& peer) {
    sigset_t broken_pipe; // OpenSSL may write to a client that has left, in this thread only.
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);

    auto* const context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context, authority.certificate);
    SSL_CTX_use_PrivateKey(context, authority.key);
    auto* const ssl = SSL_new(context);
    SSL_set_fd(ssl, peer.socket());
    if (SSL_accept(ssl) == 1) {
        char request[4096];
        const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
        while (SSL_read(ssl, request, sizeof request) > 0)
            SSL_write(ssl, reply.data(), static_cast<int>(reply.size()));
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
}

struct Fixture {
    Authority authority;
    ScriptedServer server{[this](Peer& peer) { serve_tls(authority, peer); }};
    boost::asio::io_context io{1};
    net::RealClock clock;

    std::string get(net::HttpClient& client, const std::string& host) {
        net::Request request("GET", *parse_url(fmt::format("https://{}:{}/", host, server.port())));
        const auto response = testing::run_coroutine(io, client.send(std::move(request)));
        return response ? response->body : "error: " + response.error().message;
    }
    std::string get(const std::string& ca_file, const std::string& host) {
        net::TlsOptions options;
        options.ca_file = ca_file;
        net::HttpClient client(io.get_executor(), clock, options);
        return get(client, host);
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture,
                  "net::HttpClient: speaks TLS with whom it can trust, and keeps the connection") {
    net::TlsOptions options;
    options.ca_file = authority.file;
    net::HttpClient client(io.get_executor(), clock, options);
    for (int i = 0; i < 3; ++i) CHECK(get(client, "localhost") == "secret");
    CHECK(server.connections() == 1);
}

TEST_CASE_FIXTURE(Fixture, "net::HttpClient: speaks to nobody whose certificate it cannot verify") {
    CHECK(get("", "localhost") == "error: tls: certificate refused: self-signed certificate");
    CHECK(get(authority.file, "127.0.0.1").starts_with("error: tls: "));
    CHECK(get("/no/such/file", "localhost").starts_with("error: tls: trusted certificates: "));
}

TEST_CASE("net::HttpClient: does not take a plain server for a secure one") {
    const ScriptedServer plain([](Peer& peer) { peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    boost::asio::io_context io{1};
    const net::RealClock clock;
    net::HttpClient client(io.get_executor(), clock);
    net::Request request("GET", *parse_url(fmt::format("https://localhost:{}/", plain.port())));
    const auto response = testing::run_coroutine(io, client.send(std::move(request)));
    CHECK(response.error().message.starts_with("tls: "));
}
