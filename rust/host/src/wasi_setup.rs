//! What an app says of the world that its guests see: arguments and environment.

/// Filled by C++ when a guest first uses WASI.
#[derive(Default)]
pub struct hermes_wasi_setup {
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
}

unsafe fn text(data: *const u8, len: usize) -> String {
    String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(data, len) }).into_owned()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_wasi_argument(
    setup: *mut hermes_wasi_setup,
    value: *const u8,
    len: usize,
) {
    unsafe { (*setup).arguments.push(text(value, len)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn hermes_wasi_variable(
    setup: *mut hermes_wasi_setup,
    name: *const u8,
    name_len: usize,
    value: *const u8,
    value_len: usize,
) {
    let variable = unsafe { (text(name, name_len), text(value, value_len)) };
    unsafe { (*setup).environment.push(variable) }
}
