#define GREETING "hello, "
