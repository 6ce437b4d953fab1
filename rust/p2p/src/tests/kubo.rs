//! With kubo, the node of IPFS that others are measured by, over loopback. `scripts/kubo` has built
//! it, or builds it.

use super::pubsub::subscribe;
use crate::abi::{
    hermes_p2p_dht as Dht, hermes_p2p_event_kind as Kind, hermes_p2p_status as Status,
    hermes_p2p_verdict as Verdict,
};
use crate::bitswap::cid::Cid;
use crate::command::{DhtWork, Work};
use crate::testing::TestNode;
use libp2p::{Multiaddr, PeerId};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

struct Kubo {
    program: PathBuf,
    home: PathBuf,
    daemon: Child,
    peer: PeerId,
}

impl Kubo {
    fn start(name: &str) -> Self {
        Kubo::start_with(name, &[])
    }

    /// With more options of `ipfs init`.
    fn start_with(name: &str, options: &[&str]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let built = Command::new(root.join("scripts/kubo")).output().unwrap();
        assert!(built.status.success(), "{built:?}");
        let program = String::from_utf8(built.stdout).unwrap();
        let program = PathBuf::from(program.trim());
        let name = format!("hermes-kubo-{name}-{}", std::process::id());
        let home = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&home).unwrap();

        let run = |arguments: &[&str]| run(&program, &home, arguments, b"");
        run(&[&["init", "--profile=test"][..], options].concat());
        run(&[
            "config",
            "--json",
            "Plugins.Plugins.telemetry.Disabled",
            "true",
        ]);
        run(&["config", "--json", "Pubsub.Enabled", "true"]);
        run(&["config", "Routing.Type", "dht"]);
        let listen = r#"["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"]"#;
        run(&["config", "--json", "Addresses.Swarm", listen]);
        let mut daemon = command(&program, &home, &["daemon", "--enable-gc=false"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for_line(&mut daemon, "Daemon is ready");
        let peer = run(&["id", "--format=<id>"]).parse().unwrap();
        Kubo {
            peer,
            program,
            home,
            daemon,
        }
    }

    fn run(&self, arguments: &[&str]) -> String {
        run(&self.program, &self.home, arguments, b"")
    }

    fn run_with(&self, arguments: &[&str], input: &[u8]) -> String {
        run(&self.program, &self.home, arguments, input)
    }

    fn address(&self, part: &str) -> Multiaddr {
        let addresses = self.run(&["id", "--format=<addrs>"]);
        let mut addresses = addresses.lines();
        let found = addresses.find(|address| address.contains(part)).unwrap();
        found.parse().unwrap()
    }
}

impl Drop for Kubo {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

fn command(program: &Path, home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command.env("IPFS_PATH", home).env("IPFS_TELEMETRY", "off");
    command
}

fn run(program: &Path, home: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut child = command(program, home, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}

/// Returns what comes after it.
fn wait_for_line(child: &mut Child, part: &str) -> BufReader<ChildStdout> {
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains(part) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended");
    }
    lines
}

/// In base 16, as kubo reads it.
fn text(cid: &Cid) -> String {
    format!("f{cid:?}")
}

fn parse(text: &str) -> Cid {
    let digits = text.strip_prefix('f').unwrap();
    let byte = |i| u8::from_str_radix(&digits[i..i + 2], 16).unwrap();
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
    Cid::parse(&bytes).unwrap()
}

fn connected(name: &str, part: &str) -> (Kubo, TestNode) {
    let kubo = Kubo::start(name);
    let node = connected_with(&kubo, part);
    (kubo, node)
}

fn connected_with(kubo: &Kubo, part: &str) -> TestNode {
    let node = TestNode::new();
    let end = node.ok(Work::Dial(None, vec![kubo.address(part)]));
    assert_eq!(end.peer, Some(kubo.peer));
    let identified = node.wait_kind(Kind::Identified);
    assert!(identified.text.starts_with("kubo/"), "{}", identified.text);
    node
}

#[test]
fn each_dials_the_other_over_tcp_and_quic() {
    for part in ["/tcp/", "/quic-v1"] {
        let name = format!("dial{}", part.len());
        let (kubo, node) = (Kubo::start(&name), TestNode::new());
        node.ok(Work::Dial(None, vec![kubo.address(part)]));
        let connected = node.wait_kind(Kind::Connected);
        assert_eq!((connected.peer, connected.number), (Some(kubo.peer), 1));
        assert!(connected.text.contains(part));

        // One that has not met it: tables dial again whom they know.
        let node = TestNode::new();
        kubo.run(&["swarm", "connect", &node.address(part).to_string()]);
        let connected = node.wait_kind(Kind::Connected);
        assert_eq!((connected.peer, connected.number), (Some(kubo.peer), 0));
    }
}

#[test]
fn blocks_go_both_ways() {
    for part in ["/tcp/", "/quic-v1"] {
        let (kubo, node) = connected(&format!("blocks{}", part.len()), part);
        for len in [1, 1024, 1025, 256 << 10, 1 << 20] {
            let block: Vec<u8> = (0..len).map(|i: u32| (i / 7) as u8).collect();
            let put = [
                "block",
                "put",
                "--cid-codec=raw",
                "--allow-big-block",
                "--cid-base=base16",
            ];
            let cid = parse(&kubo.run_with(&put, &block));
            let request = node.ask(Work::Fetch {
                session: 1,
                cids: vec![cid.clone()],
                providers: vec![kubo.peer],
            });
            let came = node.wait_kind(Kind::Block);
            assert_eq!((came.request, came.status), (request, Status::Ok));
            assert_eq!(came.value, block);

            let block: Vec<u8> = (0..len).map(|i: u32| (i / 5) as u8 ^ 0x55).collect();
            let cid = node.blocks.insert(&block);
            let stat = kubo.run(&["--timeout=60s", "block", "stat", &text(&cid)]);
            assert!(stat.contains(&format!("Size: {len}")), "{stat}");
        }
    }
}

#[test]
fn messages_go_both_ways() {
    let (kubo, node) = connected("pubsub", "/tcp/");
    subscribe(&node, "t");
    let mut listener = command(&kubo.program, &kubo.home, &["pubsub", "sub", "t"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    node.wait_kind(Kind::PeerSubscribed);
    // kubo writes messages one after the other, without lines of its own.
    for i in 0..5 {
        let data = format!("of ours {i}\n").into_bytes();
        node.ok(Work::Publish("t".into(), data));
        let lines = wait_for_line(&mut listener, &format!("of ours {i}"));
        listener.stdout = Some(lines.into_inner());
    }
    listener.kill().unwrap();
    listener.wait().unwrap();

    for i in 0..5 {
        kubo.run_with(&["pubsub", "pub", "t"], format!("of kubo {i}").as_bytes());
        let came = node.wait_kind(Kind::Message);
        assert_eq!(came.value, format!("of kubo {i}"));
        assert_eq!(came.author, Some(kubo.peer));
        assert_eq!(node.verdict(&came, Verdict::Accept), Status::Ok);
    }
}

#[test]
fn providers_are_found_both_ways() {
    let (kubo, node) = connected("providers", "/tcp/");
    let cid = node.blocks.insert(b"provided by us");
    let multihash = cid.bytes()[2..].to_vec();
    node.ok(Work::Dht(Dht::Lan, DhtWork::Provide(multihash)));
    let find = [
        "--timeout=60s",
        "routing",
        "findprovs",
        "-n",
        "1",
        &text(&cid),
    ];
    assert_eq!(kubo.run(&find), node.peer().to_string());

    let put = ["block", "put", "--cid-codec=raw", "--cid-base=base16"];
    let cid = kubo.run_with(&put, b"provided by kubo");
    kubo.run(&["--timeout=60s", "routing", "provide", &cid]);
    let multihash = parse(&cid).bytes()[2..].to_vec();
    let find = DhtWork::FindProviders(multihash, 4);
    let request = node.ask(Work::Dht(Dht::Lan, find));
    assert_eq!(node.wait_kind(Kind::Provider).peer, Some(kubo.peer));
    assert_eq!(node.end_of(request).status, Status::Ok);
}

/// As most of those have that the public network begins with.
#[test]
fn one_with_a_key_of_rsa_is_spoken_with() {
    let kubo = Kubo::start_with("rsa", &["--algorithm=rsa", "--bits=2048"]);
    assert!(kubo.peer.to_string().starts_with("Qm"), "{}", kubo.peer);
    connected_with(&kubo, "/quic-v1");
    let node = connected_with(&kubo, "/tcp/");
    subscribe(&node, "t");
    // It hears of the subscription at some time.
    while node.count(|event| event.kind == Kind::Message) == 0 {
        kubo.run_with(&["pubsub", "pub", "t"], b"signed with rsa");
    }
    let came = node.wait_kind(Kind::Message);
    assert_eq!(
        (came.author, &came.value[..]),
        (Some(kubo.peer), &b"signed with rsa"[..])
    );

    let node = TestNode::new();
    kubo.run(&["swarm", "connect", &node.address("/tcp/").to_string()]);
    assert_eq!(node.wait_kind(Kind::Connected).peer, Some(kubo.peer));
}
