#include "package/signatures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "package/load.h"
#include "package/package_test_files.h"

namespace hermes::package {
namespace {

using ::testing::HasSubstr;
using Role = Signer::Role;

constexpr std::string_view kDigests = "# hermes app 1\n";

class SignaturesTest : public PackageTest {
 protected:
  std::string signed_by(const SigningKey& key, std::string_view before = {},
                        Role role = Role::Author) const {
    auto text = add_signature(before, kDigests, key, role);
    EXPECT_TRUE(text) << message_of(text);
    return text ? *text : "";
  }

  Result<std::vector<Signer>> check(std::string_view signatures, UtcTime now = kNow) const {
    return check_signatures(signatures, kDigests, *Trust::open(path("trust")), now);
  }

  // The doubts about all signers.
  std::string doubts(std::string_view signatures, UtcTime now = kNow) const {
    const auto signers = check(signatures, now);
    if (!signers) return signers.error().message();
    std::string text;
    for (const auto& signer : *signers) {
      text += signer.doubt ? signer.doubt->message() : std::string("trusted");
      text += ';';
    }
    return text;
  }

  // Runs a shell command in the test's directory.
  void run(const std::string& command) const {
    const auto line = concat("cd ", path("").string(), " && (", command, ") >out 2>&1");
    ASSERT_EQ(std::system(line.c_str()), 0) << command << '\n' << read_all(path("out"));
  }

  SigningKey read_key(const std::string& key, const std::string& certificate) const {
    auto read = SigningKey::read(path(key).string(), path(certificate).string());
    EXPECT_TRUE(read) << message_of(read);
    return *read;
  }
};

TEST_F(SignaturesTest, TellWhoSigned) {
  const auto ada = key_of("Ada");
  const auto bob = key_of("Bob");
  trusting({ada.chain.front()});
  const auto signers = check(signed_by(ada));
  ASSERT_TRUE(signers);
  ASSERT_EQ(signers->size(), 1U);
  EXPECT_EQ(signers->front().certificate.subject(), "CN=Ada");
  EXPECT_FALSE(signers->front().doubt);
  EXPECT_THAT(doubts(signed_by(bob)), HasSubstr("'CN=Bob' ("));
  EXPECT_THAT(doubts(signed_by(bob)), HasSubstr("nobody here trusts it"));
}

TEST_F(SignaturesTest, AreOfSeveralPeople) {
  const auto ada = key_of("Ada");
  const auto bob = key_of("Bob");
  const auto shop = key_of("Shop");
  trusting({ada.chain.front(), shop.chain.front()});
  auto text = signed_by(shop, signed_by(bob, signed_by(ada)), Role::Publisher);
  const auto signers = check(text);
  ASSERT_TRUE(signers) << message_of(signers);
  ASSERT_EQ(signers->size(), 3U);
  EXPECT_EQ((*signers)[0].certificate.subject(), "CN=Ada");
  EXPECT_EQ((*signers)[1].role, Role::Publisher);
  EXPECT_EQ((*signers)[1].certificate.subject(), "CN=Shop");
  EXPECT_FALSE((*signers)[1].doubt);
  // One whom nobody knows is a doubt about all.
  EXPECT_EQ((*signers)[2].certificate.subject(), "CN=Bob");
  EXPECT_THAT(message_of(check_trust(*signers, "a.happ")), HasSubstr("'CN=Bob'"));
  EXPECT_THAT(message_of(add_signature(text, kDigests, ada, Role::Author)),
              HasSubstr("has signed twice"));
  EXPECT_THAT(message_of(add_signature({}, kDigests, shop, Role::Publisher)),
              HasSubstr("nobody has signed it yet"));
}

TEST_F(SignaturesTest, AreForOneListOfDigests) {
  const auto ada = key_of("Ada");
  trusting({ada.chain.front()});
  const auto other =
      check_signatures(signed_by(ada), "# hermes app 1\nother", *Trust::open(path("trust")), kNow);
  EXPECT_THAT(message_of(other), HasSubstr("is wrong"));
}

TEST_F(SignaturesTest, AreNotTakenOverByOthers) {
  const auto ada = key_of("Ada");
  const auto bob = key_of("Bob");
  auto sign = *CoseSign::parse(signed_by(ada));
  auto& signature = sign.signatures.front();
  signature.chain = {bob.chain.front().der()};
  EXPECT_THAT(doubts(sign.encode()), HasSubstr("does not begin with the certificate of x5t"));
  signature.certificate = bob.chain.front().digest();
  EXPECT_THAT(doubts(sign.encode()), HasSubstr("is wrong"));
  // A certificate whose key is none: the last byte of its algorithm is another.
  auto der = bob.chain.front().der();
  constexpr std::string_view kEd25519 = "\x2b\x65\x70";  // The first stands for the signature.
  const auto key = der.find(kEd25519, der.find(kEd25519) + 1);
  ASSERT_NE(key, der.npos);
  der[key + 2] = '\x01';
  signature.chain = {der};
  signature.certificate = sha256(der);
  EXPECT_THAT(doubts(sign.encode()), HasSubstr("is wrong"));
  signature.chain = {"no certificate"};
  EXPECT_THAT(doubts(sign.encode()), HasSubstr("it is no X.509 certificate"));
  // An author's signature is none of a publisher, nor the other way round.
  auto countered = *CoseSign::parse(signed_by(bob, signed_by(ada), Role::Publisher));
  const auto counter = countered.signatures.front().counter_signatures.front();
  countered.signatures.front().counter_signatures.clear();
  countered.signatures.push_back(counter);
  EXPECT_THAT(doubts(countered.encode()), HasSubstr("'CN=Bob'"));
  EXPECT_THAT(doubts(countered.encode()), HasSubstr("is wrong"));
}

TEST_F(SignaturesTest, HoldWhileTheCertificateIsValid) {
  const auto ada = key_of("Ada");
  trusting({ada.chain.front()});
  const auto text = signed_by(ada);
  EXPECT_EQ(doubts(text), "trusted;");
  EXPECT_THAT(doubts(text, kNow - std::chrono::hours(1)), HasSubstr("not yet valid"));
  EXPECT_THAT(doubts(text, kNow + std::chrono::days(731)), HasSubstr("expired"));
}

TEST_F(SignaturesTest, EndWithRevocation) {
  const auto ada = key_of("Ada");
  trusting({ada.chain.front()});
  const auto digest = to_hex(ada.chain.front().digest());
  write_file(path("trust/revoked.txt"), concat("# stolen\n\n", digest, "  # in May\n"));
  EXPECT_EQ(doubts(signed_by(ada)), "the certificate of 'CN=Ada' is revoked");
  EXPECT_TRUE(Trust::open(path("trust"))->certificates().empty());
  write_file(path("trust/revoked.txt"), "abc\n");
  EXPECT_THAT(message_of(Trust::open(path("trust"))), HasSubstr("revoked.txt:1: expected"));
}

// An authority with ECDSA signs the same certificate twice, each time with another digest.
TEST_F(SignaturesTest, EndWithRevocationOfAKeyWhateverTheCertificate) {
  run("openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out root.key");
  run("openssl req -new -x509 -key root.key -subj '/CN=Root' -days 9999 -out root.pem");
  run("openssl genpkey -algorithm ed25519 -out ada.key");
  run("openssl req -new -key ada.key -subj '/CN=Ada' -out ada.csr");
  for (const std::string name : {"once", "again"}) {
    run("openssl x509 -req -in ada.csr -CA root.pem -CAkey root.key -set_serial 7 -days 9999 "
        "-out " +
        name + ".pem");
  }
  const auto once = read_key("ada.key", "once.pem");
  const auto again = read_key("ada.key", "again.pem");
  ASSERT_NE(once.chain.front().digest(), again.chain.front().digest());
  trusting({Certificate::from_pem(read_all(path("root.pem")), "root.pem")->front()});
  const auto now = std::chrono::system_clock::now() + std::chrono::hours(24);
  write_file(path("trust/revoked.txt"), to_hex(once.chain.front().digest()));
  EXPECT_THAT(doubts(signed_by(once), now), HasSubstr("is revoked"));
  EXPECT_EQ(doubts(signed_by(again), now), "trusted;");
  write_file(path("trust/revoked.txt"), concat("key ", to_hex(once.chain.front().key_digest())));
  EXPECT_THAT(doubts(signed_by(once), now), HasSubstr("is revoked"));
  EXPECT_THAT(doubts(signed_by(again), now), HasSubstr("is revoked"));
  // The digest of the key is what the program openssl says.
  run("openssl x509 -in once.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | "
      "grep " +
      to_hex(once.chain.front().key_digest()));
}

TEST_F(SignaturesTest, AreMadeWithKeysOfOpenSsl) {
  run("openssl genpkey -algorithm ed25519 -out ada.key");
  run("openssl req -new -x509 -key ada.key -subj '/CN=Ada/O=Engines' -days 9999 "
      "-out ada.pem");
  const auto ada = read_key("ada.key", "ada.pem");
  trusting({ada.chain.front()});
  const auto text = signed_by(ada);
  // OpenSSL's clock is the machine's, which is past the certificate's beginning.
  const auto now = std::chrono::system_clock::now() + std::chrono::hours(24);
  EXPECT_EQ(doubts(text, now), "trusted;");
  // The program agrees about who it is, and that the signature is right.
  run("openssl x509 -in ada.pem -noout -fingerprint -sha256 | tr -d : | grep -i " +
      to_hex(ada.chain.front().digest()));
  const auto signature = CoseSign::parse(text)->signatures.front();
  write_file(path("signed"), to_be_signed(signature.certificate, kDigests));
  write_file(path("signature"), signature.signature);
  run("openssl x509 -in ada.pem -noout -pubkey > ada.pub");
  run("openssl pkeyutl -verify -pubin -inkey ada.pub -rawin -in signed -sigfile signature");
}

TEST_F(SignaturesTest, FollowChainsOfOpenSsl) {
  run("openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out root.key");
  run("openssl req -new -x509 -key root.key -subj '/CN=Root' -days 9999 -out root.pem");
  const auto issue = [&](const std::string& name, const std::string& extensions) {
    write_file(path("extensions"), extensions);
    run(concat("openssl genpkey -algorithm ed25519 -out ", name, ".key"));
    run(concat("openssl req -new -key ", name, ".key -subj /CN=", name, " -out request"));
    run(
        concat("openssl x509 -req -in request -CA root.pem -CAkey root.key -CAcreateserial "
               "-days 9999 -extfile extensions -out ",
               name, ".pem"));
  };
  const auto now = std::chrono::system_clock::now() + std::chrono::hours(24);
  issue("Ada", "keyUsage=digitalSignature\nextendedKeyUsage=codeSigning\n");
  const auto text = signed_by(read_key("Ada.key", "Ada.pem"));
  EXPECT_THAT(doubts(text, now), HasSubstr("nobody here trusts it"));
  trusting({Certificate::from_pem(read_all(path("root.pem")), "root.pem")->front()});
  EXPECT_EQ(doubts(text, now), "trusted;");
  // Who is not an authority cannot make signers.
  run("cp root.pem true.pem && cp root.key true.key && cp Ada.pem root.pem && cp Ada.key root.key");
  issue("Eve", "keyUsage=digitalSignature\n");
  run("cat Eve.pem Ada.pem > chain.pem");
  EXPECT_THAT(doubts(signed_by(read_key("Eve.key", "chain.pem")), now),
              HasSubstr("invalid CA certificate"));
}

TEST_F(SignaturesTest, AreNotMadeWithCertificatesForSomethingElse) {
  const auto made = [&](const std::string& extension) {
    run("openssl genpkey -algorithm ed25519 -out a.key");
    run(concat("openssl req -new -x509 -key a.key -subj /CN=a -addext ", extension, " -out a.pem"));
    return message_of(SigningKey::read(path("a.key").string(), path("a.pem").string()));
  };
  EXPECT_EQ(made("keyUsage=digitalSignature"), "none");
  EXPECT_THAT(made("keyUsage=keyCertSign"), HasSubstr("does not allow digital signatures"));
  EXPECT_THAT(made("extendedKeyUsage=serverAuth"), HasSubstr("does not allow code signing"));
  run("openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out b.key");
  const auto read = [&](const char* key, const char* certificate) {
    return message_of(SigningKey::read(path(key).string(), path(certificate).string()));
  };
  EXPECT_THAT(read("b.key", "a.pem"), HasSubstr("is not of Ed25519"));
  run("openssl genpkey -algorithm ed25519 -out c.key");
  EXPECT_THAT(read("c.key", "a.pem"), HasSubstr("is not for the key"));
  EXPECT_THAT(read("a.pem", "a.pem"), HasSubstr("is no private key in PEM"));
  EXPECT_THAT(read("a.key", "a.key"), HasSubstr("no file of certificates in PEM"));
  EXPECT_THAT(read("none", "a.pem"), HasSubstr("No such file"));
}

TEST_F(SignaturesTest, OfSomebodyWhoseCertificateIsForSomethingElseAreDoubted) {
  run("openssl genpkey -algorithm ed25519 -out a.key");
  run("openssl req -new -x509 -key a.key -subj /CN=a -addext extendedKeyUsage=serverAuth "
      "-days 9999 -out a.pem");
  const SigningKey key{*PrivateKey::from_pem(read_all(path("a.key")), "a.key"),
                       *Certificate::from_pem(read_all(path("a.pem")), "a.pem")};
  trusting({key.chain.front()});
  EXPECT_THAT(doubts(signed_by(key)), HasSubstr("does not allow code signing"));
}

}  // namespace
}  // namespace hermes::package
