use super::*;
use crate::budget::Budget;
use crate::refusal::{Refusals, hermes_refusal};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;

thread_local! {
    /// Of this test's thread.
    static REFUSED: Cell<usize> = const { Cell::new(0) };
}

unsafe extern "C" fn count(_: *mut c_void, _: hermes_refusal) {
    REFUSED.set(REFUSED.get() + 1);
}

fn root(most: usize) -> (Arc<Folder>, Arc<Budget>) {
    let budget = Arc::new(Budget::new(1 << 30));
    let refusals = Refusals {
        state: null_mut(),
        refused: count,
    };
    let quota = Quota::new(most, [budget.clone(), budget.clone()], refusals);
    (Folder::new(&quota).unwrap(), budget)
}

fn file(folder: &Arc<Folder>, name: &str) -> Arc<File> {
    match folder.make_file(&[name]) {
        Ok(Node::File(file)) => file,
        _ => panic!("no file"),
    }
}

fn text(file: &File) -> Vec<u8> {
    file.read(0, usize::MAX, <[u8]>::to_vec)
}

#[test]
fn what_is_written_is_read() {
    let (root, _) = root(1 << 20);
    let file = file(&root, "a");
    assert_eq!(file.write(Some(2), b"cd"), Ok(4));
    assert_eq!(file.write(Some(0), b"ab"), Ok(2));
    assert_eq!(file.write(None, b"e"), Ok(5));
    assert_eq!(text(&file), b"abcde");
    assert_eq!(file.read(4, 10, |bytes| bytes.len()), 1);
    assert_eq!(file.read(u64::MAX, 10, |bytes| bytes.len()), 0);
    file.resize(2).unwrap();
    file.resize(3).unwrap();
    assert_eq!(text(&file), b"ab\0");
    assert_eq!(
        file.write(Some(u64::MAX), b"x"),
        Err(ErrorCode::FileTooLarge)
    );
}

#[test]
fn what_is_full_stays_as_it_was_and_what_is_removed_is_free_again() {
    let (root, budget) = root(10_000);
    let large = file(&root, "large");
    assert_eq!(large.write(None, &[1; 6_000]), Ok(6_000));
    assert_eq!(
        large.write(None, &[1; 6_000]),
        Err(ErrorCode::InsufficientSpace)
    );
    assert_eq!(large.resize(1 << 40), Err(ErrorCode::InsufficientSpace));
    assert_eq!(
        large.write(Some(1 << 40), b"x"),
        Err(ErrorCode::InsufficientSpace)
    );
    assert_eq!(text(&large).len(), 6_000);
    root.remove_file(&["large"]).unwrap();
    let other = file(&root, "other");
    assert_eq!(
        other.write(None, &[1; 6_000]),
        Err(ErrorCode::InsufficientSpace)
    );
    assert_eq!(REFUSED.get(), 4);
    drop(large);
    assert_eq!(other.write(None, &[1; 6_000]), Ok(6_000));
    assert_eq!(REFUSED.get(), 4);
    drop((root, other));
    assert_eq!(budget.taken(), 0);
}

#[test]
fn entries_count() {
    let (root, _) = root(5 * ENTRY);
    for name in ["a", "b", "c", "d"] {
        root.make_folder(&[name]).unwrap();
    }
    assert_eq!(root.make_folder(&["e"]), Err(ErrorCode::InsufficientSpace));
    assert_eq!(REFUSED.get(), 1);
    root.remove_folder(&["a"]).unwrap();
    root.make_folder(&["e"]).unwrap();
}

#[test]
fn names_lead_to_what_they_were_given() {
    let (root, _) = root(1 << 20);
    root.make_folder(&["a"]).unwrap();
    assert_eq!(root.make_folder(&["a"]), Err(ErrorCode::Exist));
    assert_eq!(root.make_folder(&[]), Err(ErrorCode::Exist));
    root.make_file(&["a", "b"]).unwrap();
    assert!(root.find(&["a", "b"]).is_ok());
    assert_eq!(root.find(&["a", "c"]).err(), Some(ErrorCode::NoEntry));
    assert_eq!(
        root.find(&["a", "b", "c"]).err(),
        Some(ErrorCode::NotDirectory)
    );
    assert_eq!(root.remove_folder(&["a"]), Err(ErrorCode::NotEmpty));
    assert_eq!(
        root.remove_folder(&["a", "b"]),
        Err(ErrorCode::NotDirectory)
    );
    assert_eq!(root.remove_file(&["a"]), Err(ErrorCode::IsDirectory));
    assert_eq!(root.remove_file(&["none"]), Err(ErrorCode::NoEntry));
    assert_eq!(root.remove_folder(&[]), Err(ErrorCode::NotPermitted));
    assert_eq!(root.list().len(), 1);
}

#[test]
fn a_folder_without_a_name_takes_nothing_new() {
    let (root, _) = root(1 << 20);
    root.make_folder(&["a"]).unwrap();
    let folder = root.find(&["a"]).unwrap().folder().unwrap().clone();
    root.remove_folder(&["a"]).unwrap();
    assert_eq!(folder.make_file(&["b"]).err(), Some(ErrorCode::NoEntry));
    root.make_file(&["c"]).unwrap();
    assert_eq!(
        root.rename(&["c"], &folder, &["d"]),
        Err(ErrorCode::NoEntry)
    );
}

#[test]
fn renames_as_posix_has_it() {
    let (root, _) = root(1 << 20);
    for path in [&["a"][..], &["a", "b"], &["empty"]] {
        root.make_folder(path).unwrap();
    }
    root.make_file(&["f"]).unwrap();
    root.make_file(&["g"]).unwrap();
    assert_eq!(
        root.rename(&["a"], &root, &["a", "b", "c"]),
        Err(ErrorCode::Invalid)
    );
    assert_eq!(
        root.rename(&["a"], &root, &["a", "c"]),
        Err(ErrorCode::Invalid)
    );
    assert_eq!(
        root.rename(&["f"], &root, &["a"]),
        Err(ErrorCode::IsDirectory)
    );
    assert_eq!(
        root.rename(&["a"], &root, &["f"]),
        Err(ErrorCode::NotDirectory)
    );
    assert_eq!(
        root.rename(&["empty"], &root, &["a"]),
        Err(ErrorCode::NotEmpty)
    );
    assert_eq!(root.rename(&["f"], &root, &["f"]), Ok(()));
    assert_eq!(root.rename(&["f"], &root, &["g"]), Ok(()));
    assert_eq!(root.rename(&["a"], &root, &["empty"]), Ok(()));
    assert!(root.find(&["empty", "b"]).is_ok());
    assert_eq!(root.list().len(), 2);
}

#[test]
fn a_deep_one_ends_without_recursion() {
    let (root, budget) = root(1 << 30);
    let mut folder = root.clone();
    for _ in 0..100_000 {
        folder.make_folder(&["deeper"]).unwrap();
        folder = folder.find(&["deeper"]).unwrap().folder().unwrap().clone();
    }
    drop((root, folder));
    assert_eq!(budget.taken(), 0);
}
