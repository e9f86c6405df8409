package directory

import "strings"

// sampleFields holds the names of the custom fields in a sample organization.
var sampleFields = []string{"Hobby", "T恤尺码", "Profile"}

// sampleName is a name and its spelling in addresses.
type sampleName struct{ text, latin string }

// pairs reads names, each followed by its spelling in addresses.
func pairs(text string) []sampleName {
	parts := strings.Fields(text)
	names := make([]sampleName, 0, len(parts)/2)
	for i := 0; i+1 < len(parts); i += 2 {
		names = append(names, sampleName{parts[i], parts[i+1]})
	}
	return names
}

var (
	hanFamilies = pairs(`
		王 wang 李 li 张 zhang 刘 liu 陈 chen 杨 yang 黄 huang 赵 zhao 吴 wu 周 zhou 徐 xu 孙 sun 马 ma 朱 zhu
		胡 hu 郭 guo 何 he 高 gao 林 lin 罗 luo 郑 zheng 梁 liang 谢 xie 宋 song 唐 tang 许 xu 韩 han 冯 feng
		邓 deng 曹 cao 彭 peng 曾 zeng 肖 xiao 田 tian 董 dong 潘 pan 袁 yuan 蔡 cai 蒋 jiang 余 yu 于 yu 杜 du
		叶 ye 程 cheng 苏 su 魏 wei 吕 lv 丁 ding 任 ren 沈 shen 欧阳 ouyang 司马 sima 上官 shangguan`)
	hanGiven = pairs(`
		伟 wei 芳 fang 娜 na 敏 min 静 jing 丽 li 强 qiang 磊 lei 军 jun 洋 yang 勇 yong 艳 yan 杰 jie 娟 juan
		涛 tao 明 ming 超 chao 秀 xiu 霞 xia 平 ping 刚 gang 桂 gui 英 ying 华 hua 玉 yu 兰 lan 建 jian 国 guo
		文 wen 斌 bin 宇 yu 浩 hao 凯 kai 欣 xin 怡 yi 佳 jia 琪 qi 雪 xue 梅 mei 琳 lin 晨 chen 博 bo 轩 xuan
		子 zi 涵 han 思 si 雨 yu 梓 zi 睿 rui 嘉 jia 俊 jun 鑫 xin 鹏 peng 飞 fei 丹 dan 萍 ping 红 hong 云 yun`)
	latinGiven = pairs(`
		Anna anna José jose Zoë zoe Liam liam Noah noah Olivia olivia Emma emma Lucas lucas Mia mia Amir amir
		Priya priya Ravi ravi Chloé chloe Jürgen juergen Søren soren Łukasz lukasz Maria maria Pedro pedro
		Fatima fatima Omar omar Hannah hannah Jack jack Grace grace Kwame kwame Ingrid ingrid Paolo paolo
		Siobhán siobhan Tomáš tomas Elif elif Mateo mateo Anne-Marie annemarie Björn bjorn Nina nina Yara yara`)
	latinFamilies = pairs(`
		Smith smith Müller mueller García garcia O'Brien obrien Silva silva Kowalski kowalski Nguyễn nguyen
		Patel patel Singh singh Rossi rossi Dubois dubois Jensen jensen Novák novak Andersson andersson
		Haddad haddad Okafor okafor Yılmaz yilmaz Costa costa Martin martin Taylor taylor Evans evans
		Fischer fischer Weiß weiss Popescu popescu Horváth horvath Ødegaard odegaard Lee lee Tan tan Wong wong`)
	wholeNames = []sampleName{
		{"田中 花子", "tanaka.hanako"}, {"佐藤 健", "sato.ken"}, {"김민준", "kim.minjun"}, {"박서연", "park.seoyeon"},
		{"Иван Петров", "ivan.petrov"}, {"Ольга Смирнова", "olga.smirnova"}, {"Γιώργος Παππάς", "giorgos.pappas"},
		{"สมชาย ใจดี", "somchai.jaidee"}, {"राहुल वर्मा", "rahul.verma"}, {"阿依古丽·买买提", "ayguli.mamat"},
		{"Maria da Conceição dos Santos", "maria.santos"}, {"张伟 (Will)", "will.zhang"}, {"X Æ", "x.ae"},
	}

	// unusualPeople holds names that break programs which do not expect them.
	unusualPeople = []sampleName{
		{strings.Repeat("Wolfeschlegelsteinhausen", 3) + " Schmidt", "wolfe"}, // 80 characters
		{"<script>alert(1)</script>", "script"},
		{"Ana 🌻 Sol", "ana.sol"},
		{"محمد العلي", "mohammed.alali"},
		{`Jean "J\n" O'Neil & Söhne`, "jean.oneil"},
		{"אורי לוי", "ori.levi"},
	}

	unusualDepartments = []string{
		"R&D <Lab>", "客户成功 🚀", "قسم المبيعات", `Quotes "and" \ slashes`,
		"The department whose name is as long as the service ever permits",
	}
)

var (
	sampleDivisions = []string{
		"华东大区", "华南大区", "华北大区", "华中大区", "西南大区", "西北大区", "研发中心", "供应链中心", "制造中心", "海外事业部",
		"云事业群", "零售事业群", "职能总部", "Sales East", "Sales West", "North America", "EMEA", "APAC", "Group Services",
	}
	sampleFunctions = []string{
		"销售部", "市场部", "财务部", "人力资源部", "行政部", "法务部", "采购部", "质量部", "客服中心", "信息技术部", "产品部", "设计部",
		"Platform", "Engineering", "Finance", "People & Culture", "Legal", "Operations", "Marketing", "Design / Brand",
	}
	sampleCities = []string{
		"上海", "北京", "杭州", "深圳", "广州", "成都", "武汉", "西安", "南京", "苏州", "重庆", "天津", "青岛", "厦门", "长沙", "郑州",
	}
	sampleOffices = []string{
		"分公司", "办事处", "交付组", "销售组", "售后组", "仓储组", "门店", "项目部", "工厂", "培训中心",
	}
	sampleProducts = []string{
		"Payments", "Search", "Storage", "Identity", "Mobile", "Billing", "Data", "Edge", "Messaging", "Checkout",
		"Logistics", "Fraud", "Catalog", "Network", "Security",
	}
	sampleTeams = []string{"Team", "Squad", "Lab", "Support", "Reliability", "QA", "Research", "Delivery"}

	sampleTitles = []string{
		"工程师", "高级工程师", "产品经理", "设计师", "会计", "客户经理", "销售代表", "运营专员", "人事专员", "仓库管理员", "实习生",
		"Engineer", "Senior Engineer", "Account Manager", "Data Analyst", "Designer", "Recruiter", "Technician",
	}
	sampleLeaders = []string{"总监", "经理", "副总经理", "组长", "店长", "Director", "Head of Department", "Team Lead"}
	samplePlaces  = []string{
		"杭州 A座", "杭州 B座 12层", "上海静安", "北京望京", "深圳南山", "成都天府", "Singapore", "Berlin", "São Paulo", "Remote",
	}
	sampleHobbies   = []string{"Chess", "象棋", "篮球", "跑步", "Photography", "Cooking", "书法", "Climbing"}
	sampleCountries = []Mobile{ // and how their numbers begin
		{"852", ""}, {"853", ""}, {"886", "9"}, {"65", ""}, {"1", "55"}, {"44", "70"}, {"49", "151"}, {"81", "90"}, {"971", "5"},
	}
	sampleRoles = []Role{
		{Name: "Fire warden", GroupName: "Safety"}, {Name: "First aider", GroupName: "Safety"},
		{Name: "财务", GroupName: "职能"}, {Name: "人事", GroupName: "职能"}, {Name: "采购", GroupName: "职能"},
		{Name: "班组长", GroupName: "职能"},
	}
)
