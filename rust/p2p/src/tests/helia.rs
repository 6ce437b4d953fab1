//! With Helia, the node of IPFS in JavaScript, over loopback. `scripts/js-peer` runs it, and installs it
//! where it is missing.

use super::pubsub::{publish, subscribe};
use crate::abi::{
    hermes_p2p_dht as Dht, hermes_p2p_event_kind as Kind, hermes_p2p_status as Status,
    hermes_p2p_verdict as Verdict,
};
use crate::bitswap::cid::Cid;
use crate::bitswap::wire::{Fields, Value};
use crate::command::{DhtWork, Work};
use crate::testing::TestNode;
use bytes::Bytes;
use libp2p::{Multiaddr, PeerId};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const MESSAGES: u32 = 1000;

struct Helia {
    process: Child,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
    peer: PeerId,
    addresses: Vec<String>,
}

impl Helia {
    fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut process = Command::new(root.join("scripts/js-peer"))
            .arg("peer")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let asks = process.stdin.take().unwrap();
        let mut says = BufReader::new(process.stdout.take().unwrap());
        let ready = line(&mut says);
        let mut words = ready.strip_prefix("ready ").unwrap().split(' ');
        Helia {
            peer: words.next().unwrap().parse().unwrap(),
            addresses: words.map(ToString::to_string).collect(),
            process,
            asks,
            says,
        }
    }

    fn ask(&mut self, command: &str) {
        writeln!(self.asks, "{command}").unwrap();
    }

    fn answer(&mut self) -> String {
        let line = line(&mut self.says);
        let answer = line.strip_prefix("ok").expect(&line);
        answer.trim_start().to_string()
    }

    fn run(&mut self, command: &str) -> String {
        self.ask(command);
        self.answer()
    }

    fn address(&self, part: &str) -> Multiaddr {
        let mut addresses = self.addresses.iter();
        let found = addresses.find(|address| address.contains(part)).unwrap();
        found.parse().unwrap()
    }
}

impl Drop for Helia {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn line(says: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    says.read_line(&mut line).unwrap();
    line.trim_end().to_string()
}

/// The CIDs of IPFS in text: base 32.
fn text(cid: &Cid) -> String {
    let mut text = String::from("b");
    let (mut bits, mut count) = (0_u32, 0);
    for byte in &cid.bytes()[..] {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(DIGITS[(bits >> count & 31) as usize].into());
        }
    }
    if count > 0 {
        text.push(DIGITS[(bits << (5 - count) & 31) as usize].into());
    }
    text
}

fn parse(text: &str) -> Cid {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, vec![]);
    for digit in text.strip_prefix('b').unwrap().bytes() {
        let digit = DIGITS.iter().position(|one| *one == digit).unwrap();
        bits = bits << 5 | digit as u32;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Cid::parse(&bytes).unwrap()
}

const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

fn connected(part: &str) -> (Helia, TestNode) {
    let (helia, node) = (Helia::start(), TestNode::new());
    let end = node.ok(Work::Dial(None, vec![helia.address(part)]));
    assert_eq!(end.peer, Some(helia.peer));
    node.wait_kind(Kind::Identified);
    (helia, node)
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("hermes-helia-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).into_os_string().into_string().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Fetches all that the CID links to, and returns the bytes of its leaves, one after the other.
fn fetch(node: &TestNode, cid: &Cid, from: PeerId) -> Vec<u8> {
    let request = node.ask(Work::Fetch {
        session: 1,
        cids: vec![cid.clone()],
        providers: vec![from],
    });
    let block = node.wait_kind(Kind::Block);
    assert_eq!((block.request, block.status), (request, Status::Ok));
    const RAW: u8 = 0x55;
    if cid.bytes()[1] == RAW {
        return block.value.to_vec();
    }
    let links = links(block.value);
    links
        .iter()
        .flat_map(|cid| fetch(node, cid, from))
        .collect()
}

/// Of a block of dag-pb.
fn links(block: Bytes) -> Vec<Cid> {
    let (mut fields, mut links) = (Fields::of(block), vec![]);
    while let Some(field) = fields.next().unwrap() {
        if let (2, Value::Bytes(link)) = field
            && let Some((1, Value::Bytes(cid))) = Fields::of(link).next().unwrap()
        {
            links.push(Cid::parse(&cid).unwrap());
        }
    }
    links
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * i / 7) as u8).collect()
}

#[test]
fn each_dials_the_other_over_tcp_and_quic() {
    for part in ["/tcp/", "/quic-v1"] {
        let (helia, node) = (Helia::start(), TestNode::new());
        node.ok(Work::Dial(None, vec![helia.address(part)]));
        let connected = node.wait_kind(Kind::Connected);
        assert_eq!((connected.peer, connected.number), (Some(helia.peer), 1));
        assert!(connected.text.contains(part));

        let (mut helia, node) = (Helia::start(), TestNode::new());
        let peer = helia.run(&format!("connect {}", node.address(part)));
        assert_eq!(peer, node.peer().to_string());
        let connected = node.wait_kind(Kind::Connected);
        assert_eq!((connected.peer, connected.number), (Some(helia.peer), 0));
    }
}

#[test]
fn files_go_both_ways() {
    for part in ["/tcp/", "/quic-v1"] {
        let (mut helia, node) = connected(part);
        let mut reader = Helia::start();
        reader.run(&format!("connect {}", node.address(part)));
        let folder = Folder::new(&format!("files{}", part.len()));
        const CHUNK: usize = 256 << 10;
        for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 << 20] {
            let (path, back) = (folder.path("file"), folder.path("back"));
            std::fs::write(&path, bytes(len)).unwrap();
            let name = helia.run(&format!("add {path}"));
            let cid = parse(&name);
            assert_eq!(text(&cid), name);
            assert!(fetch(&node, &cid, helia.peer) == bytes(len), "{len}");
            // What we have of one, another has of us.
            reader.run(&format!("get {name} {back}"));
            assert!(std::fs::read(&back).unwrap() == bytes(len), "{len}");
        }
    }
}

#[test]
fn a_directory_goes_both_ways() {
    let (mut helia, node) = connected("/tcp/");
    let mut reader = Helia::start();
    reader.run(&format!("connect {}", node.address("/tcp/")));
    let folder = Folder::new("directory");
    std::fs::create_dir_all(folder.0.join("from/inner")).unwrap();
    std::fs::write(folder.path("from/a"), b"first ").unwrap();
    std::fs::write(folder.path("from/inner/b"), b"second ").unwrap();
    std::fs::write(folder.path("from/z"), b"last").unwrap();
    let name = helia.run(&format!("add {}", folder.path("from")));
    let all = fetch(&node, &parse(&name), helia.peer);
    assert_eq!(all, b"first second last");

    reader.run(&format!("get {name} {}", folder.path("to")));
    assert_eq!(std::fs::read(folder.path("to/a")).unwrap(), b"first ");
    assert_eq!(
        std::fs::read(folder.path("to/inner/b")).unwrap(),
        b"second "
    );
    assert_eq!(std::fs::read(folder.path("to/z")).unwrap(), b"last");
}

#[test]
fn a_thousand_messages_go_both_ways_once_each() {
    for part in ["/tcp/", "/quic-v1"] {
        let (mut helia, node) = connected(part);
        subscribe(&node, "t");
        helia.run("subscribe t");
        node.wait_kind(Kind::PeerSubscribed);
        helia.run(&format!("listener t {}", node.peer()));

        let last = MESSAGES - 1;
        for i in 0..MESSAGES {
            publish(&node, i.to_string().as_bytes());
        }
        let came = helia.run(&format!("messages t {last}"));
        let ours = (0..MESSAGES).map(|i| format!("{} {i}", node.peer()));
        assert_eq!(came, ours.collect::<Vec<_>>().join(" "));

        for i in 0..MESSAGES {
            helia.ask(&format!("publish t {i}"));
        }
        for i in 0..MESSAGES {
            assert_eq!(helia.answer(), "1");
            let came = node.wait_kind(Kind::Message);
            assert_eq!(came.value, i.to_string());
            assert_eq!(came.author, Some(helia.peer));
            assert_eq!(node.verdict(&came, Verdict::Accept), Status::Ok);
        }
        assert_eq!(node.count(|event| event.kind == Kind::Message), 0);
    }
}

#[test]
fn providers_are_found_both_ways() {
    let (mut helia, node) = connected("/tcp/");
    let cid = node.blocks.insert(b"provided by us");
    let multihash = cid.bytes()[2..].to_vec();
    node.ok(Work::Dht(Dht::Lan, DhtWork::Provide(multihash)));
    let found = helia.run(&format!("providers {}", text(&cid)));
    assert_eq!(found, node.peer().to_string());

    let folder = Folder::new("providers");
    std::fs::write(folder.path("file"), b"provided by Helia").unwrap();
    let name = helia.run(&format!("add {}", folder.path("file")));
    helia.run(&format!("provide {name}"));
    let multihash = parse(&name).bytes()[2..].to_vec();
    let find = DhtWork::FindProviders(multihash, 4);
    let request = node.ask(Work::Dht(Dht::Lan, find));
    assert_eq!(node.wait_kind(Kind::Provider).peer, Some(helia.peer));
    assert_eq!(node.end_of(request).status, Status::Ok);
}
